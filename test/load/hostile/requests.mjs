// Raw requests of a hostile client, as bytes: HTTP clients refuse to send most of them.
import { addresses, hostileValue, randomOf } from './values.mjs';

const FIELDS = [
  'X-Forwarded-For',
  'x-user',
  'x-user',
  'x-plan',
  'Authorization',
  'Cookie',
  'Forwarded',
  'X-Real-IP',
  'X-Api-Key',
  'Accept',
  'User-Agent',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Tenant-Id',
];
const READS = [
  '/',
  '/api/v1/items',
  '/api/v1/items',
  '/api/plans',
  '/api/plans',
  '/api/burst',
  '/api/reports?months=12',
];
const WRITES = ['/api/v1/items', '/api/chat', '/api/login', '/api/login'];
const ODD_TARGETS = [
  '*',
  '//',
  '/%',
  '/%ff',
  '/%00',
  '/api/../..',
  'http://elsewhere.example/api/plans',
  '/api/v1/items?',
  '/?__proto__[a]=1',
  '/api/reports?months[]=1',
  '/api/reports?months[__proto__]=1',
  '/api/reports?months=1&months=2',
  '/__proto__',
  '/constructor',
];
const METHODS = ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];
const TYPES = [
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=nonsense',
  'text/plain',
  '',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/json, application/json',
];

function target(random) {
  const kind = random.below(10);
  if (kind < 6) return random.oneOf(READS);
  if (kind < 7) return random.oneOf(ODD_TARGETS);
  const value = hostileValue(random).subarray(0, 200);
  const escaped = [...value].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return kind < 9 ? `/api/reports?months=${escaped}` : `/api/${escaped}`;
}

function body(random) {
  const value = hostileValue(random).toString(random.oneOf(['utf8', 'latin1']));
  switch (random.below(8)) {
    case 0:
      return hostileValue(random);
    case 1:
      return Buffer.from('{"__proto__":{"username":"ada"},"constructor":{"prototype":{}}}');
    case 2:
      return Buffer.from('['.repeat(5000));
    case 3:
      return Buffer.from(JSON.stringify([value, null, 7]));
    default:
      return Buffer.from(JSON.stringify({ username: value, password: value, name: value, message: value }));
  }
}

/** The fields of a request. Most are legal: what is not, Node's parser answers before the app sees it. */
function fields(random) {
  const mayBeIllegal = random.chance(0.15);
  const lines = [['Host', random.chance(0.9) ? 'localhost' : hostileValue(random, mayBeIllegal)]];
  if (random.chance(0.6)) lines.push(['X-Forwarded-For', addresses(random)]);
  const count = random.below(6);
  for (let i = 0; i < count; i++) {
    const name = mayBeIllegal && random.chance(0.1) ? hostileValue(random) : random.oneOf(FIELDS);
    lines.push([name, hostileValue(random, mayBeIllegal)]);
  }
  if (random.chance(0.005)) for (let i = 0; i < 300; i++) lines.push(['X-Forwarded-For', `198.18.0.${i & 255}`]);
  return lines.flatMap(([name, value]) => [
    Buffer.from(name),
    Buffer.from(': '),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
}

/** An endless source of requests, the same for the same seed. */
export function hostileRequests(seed) {
  const random = randomOf(seed);
  return () => {
    const isWrite = random.chance(0.3);
    const method = isWrite ? 'POST' : random.chance(0.95) ? 'GET' : random.oneOf(METHODS);
    const path = isWrite ? random.oneOf(WRITES) : target(random);
    const content = isWrite ? body(random) : Buffer.alloc(0);
    const type = isWrite ? `Content-Type: ${random.oneOf(TYPES)}\r\nContent-Length: ${content.length}\r\n` : '';
    const bytes = [
      Buffer.from(`${method} ${path} HTTP/1.1\r\n${type}`),
      ...fields(random),
      Buffer.from('\r\n'),
      content,
    ];
    return Buffer.concat(bytes);
  };
}
