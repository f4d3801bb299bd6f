import type { AdminProblem } from 'nest-floodgate/admin';
import { type AdminApp, startAdmin } from './admin-app';

jest.setTimeout(30_000);

const MATCH = { kind: 'key', key: 'ip:192.0.2.7' };
const ENTRY = { list: 'ban', match: MATCH, reason: 'a test' };
const OVERRIDE = { policy: 'search', scope: { kind: 'policy' }, patch: { limit: 6 }, reason: 'a test' };
const EXPIRY = 'Write milliseconds from now, 1,000 or more, or "never".';
const PATTERN = 'Write a text with 1 to 4 "*".';
const RECORDING = { enabled: true, reason: 'a test' };

type Field = readonly [path: string, message: string];

const rows: readonly (readonly [path: string, body: object, ...fields: Field[]])[] = [
  ['entries', { ...ENTRY, expiresInMs: 5 }, ['expiresInMs', EXPIRY]],
  ['entries', { ...ENTRY, expiresInMs: 1_000.5 }, ['expiresInMs', EXPIRY]],
  ['entries', { ...ENTRY, expiresInMs: 1e20 }, ['expiresInMs', EXPIRY]],
  ['entries', { ...ENTRY, expiresInMs: 'soon' }, ['expiresInMs', EXPIRY]],
  ['entries', { match: MATCH, reason: 'a test' }, ['list', 'Write "ban" or "allow".']],
  ['entries', { ...ENTRY, reason: undefined }, ['reason', 'This is missing.']],
  ['entries', { ...ENTRY, reason: 7 }, ['reason', 'Write a text.']],
  ['entries', { ...ENTRY, match: {} }, ['match.kind', 'Write "key" or "address" or "cidr".']],
  ['entries', { ...ENTRY, match: { kind: 'address', address: '' } }, ['match.address', 'Write 2 characters or more.']],
  ['entries', { ...ENTRY, match: { ...MATCH, key: 'x'.repeat(4_001) } }, ['match.key', 'At most 4,000 characters.']],
  ['entries', { ...ENTRY, until: 7 }, ['', 'There is no "until" here.']],
  ['overrides', { ...OVERRIDE, scope: { kind: 'pattern', pattern: '' } }, ['scope.pattern', PATTERN]],
  ['overrides', { ...OVERRIDE, policy: '' }, ['policy', 'Write 1 character or more.']],
  ['overrides', { ...OVERRIDE, policy: 'x'.repeat(201) }, ['policy', 'Write 200 characters or fewer.']],
  ['overrides', { ...OVERRIDE, patch: { mode: 'on' } }, ['patch.mode', 'Write "enforce" or "shadow" or "off".']],
  ['keys/reset', { keys: [], reason: 'a test' }, ['keys', 'Write 1 or more.']],
  ['keys/reset', { keys: Array(101).fill('ip:192.0.2.7'), reason: 'a test' }, ['keys', 'Write 100 or fewer.']],
  ['recording', { ...RECORDING, enabled: 1 }, ['enabled', 'Write true or false.']],
  ['recording', { ...RECORDING, oneIn: 0 }, ['oneIn', 'Write 1 or more.']],
  ['recording', { ...RECORDING, oneIn: 3 }, ['oneIn', 'Write a power of two, such as 16.']],
  ['recording', { ...RECORDING, oneIn: 2_048 }, ['oneIn', 'Write 1,024 or less.']],
  ['recording', { ...RECORDING, retentionMs: 60_000.5 }, ['retentionMs', 'Write a whole number.']],
];

let app: AdminApp;
beforeEach(async () => {
  app = await startAdmin();
});

test('what is wrong with a field is said in words of its own, once', async () => {
  for (const [path, body, ...fields] of rows) {
    const method = path === 'recording' ? 'PUT' : 'POST';
    const { status, body: problem } = await app.ask<AdminProblem>(method, `api/${path}`, body);
    const told = problem.fields?.map(({ path: field, message }) => [field, message]);
    expect([path, body, status, told]).toEqual([path, body, 400, fields]);
  }
});

test('so it is for what stands in the address', async () => {
  const { body } = await app.ask<AdminProblem>('GET', 'api/audit?limit=many&outcome=none');
  expect(body.fields).toEqual([
    { path: 'outcome', message: 'Write "done" or "refused".' },
    { path: 'limit', message: 'Write a number.' },
  ]);
});
