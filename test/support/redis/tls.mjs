import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (directory, ...args) =>
  execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });

function certificate(directory, name, extensions) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
  openssl(directory, 'req', '-new', ...key, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  writeFileSync(join(directory, `${name}.ext`), extensions);
  const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl(
    directory,
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...signer,
    '-days',
    '2',
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.crt`,
  );
}

/** Makes an authority, a certificate for 127.0.0.1 and localhost, and one for a client. The files stay in a directory. */
export function makeCertificates(directory) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'ca.key'];
  openssl(directory, 'req', '-x509', ...key, '-days', '2', '-subj', '/CN=floodgate tests', '-out', 'ca.crt');
  certificate(directory, 'server', 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  certificate(directory, 'client', 'extendedKeyUsage=clientAuth\n');
  const read = (name) => readFileSync(join(directory, name), 'utf8');
  return { directory, ca: read('ca.crt'), cert: read('client.crt'), key: read('client.key') };
}

/** What a server that speaks TLS only is started with; `clients` says whether it asks clients for a certificate. */
export function tlsArguments(directory, port, clients) {
  const file = (name) => join(directory, name);
  return [
    ...['--port', '0', '--tls-port', `${port}`, '--tls-replication', 'yes'],
    ...[
      '--tls-cert-file',
      file('server.crt'),
      '--tls-key-file',
      file('server.key'),
      '--tls-ca-cert-file',
      file('ca.crt'),
    ],
    ...['--tls-auth-clients', clients === 'required' ? 'yes' : 'no'],
  ];
}

/** How redis-cli reaches such a server. */
export function tlsCliArguments(directory) {
  const file = (name) => join(directory, name);
  return ['--tls', '--cacert', file('ca.crt'), '--cert', file('client.crt'), '--key', file('client.key')];
}
