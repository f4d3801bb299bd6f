import type { BlockedList, ListEntry, OverrideDetail, Overview, PolicyList, SystemStatus } from 'nest-floodgate/admin';
import { until } from '../support/load-until';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { HOUR_MS, msUntil } from './admin-app';
import { SampleFleet } from './sample-fleet';

// Most of it is processes that start: long, where others use the machine.
jest.setTimeout(180_000);

let server: RedisServer;
let fleet: SampleFleet;

beforeEach(async () => {
  server = await startRedis();
});
afterEach(async () => {
  await fleet.stop();
  await server.stop();
});

const override = (index: number, limit: number, expiresInMs: number) =>
  fleet.ask<OverrideDetail>(index, 'POST', 'api/overrides', {
    policy: 'chat',
    scope: { kind: 'policy' },
    patch: { limit },
    reason: 'a busy day',
    expiresInMs,
  });
const on = async (indices: readonly number[], isSo: (index: number) => Promise<boolean>): Promise<boolean> =>
  (await Promise.all(indices.map(isSo))).every(Boolean);
const limitIs = (indices: readonly number[], limit: number) =>
  msUntil(() => on(indices, async (index) => (await fleet.chatLimit(index)) === limit));

test('what one process was told holds on all, whatever becomes of that process and of Redis', async () => {
  fleet = await SampleFleet.start(3, server);
  const all = [0, 1, 2];
  const survivors = [1, 2];
  const code = await fleet.chatLimit(0);
  expect(await fleet.ask(0, 'GET', 'api/system')).toMatchObject({ status: 200 });

  // An override, and its end by itself.
  const short = await override(0, code + 1, 3_000);
  expect(short.status).toBe(201);
  expect(await limitIs(all, code + 1)).toBeLessThan(1_000);
  await until('the override to end', () => Date.now() >= short.body.expiresAtMs!);
  expect(await limitIs(all, code)).toBeLessThan(1_000);

  // Another, changed and rolled back; then a ban; then the process that took them all is killed.
  const { id, version } = (await override(0, code + 5, HOUR_MS)).body;
  await limitIs(all, code + 5);
  const changed = await fleet.ask<OverrideDetail>(
    0,
    'PUT',
    `api/overrides/${id}`,
    { patch: { limit: code + 9 }, reason: 'more of it' },
    version,
  );
  expect(await limitIs(all, code + 9)).toBeLessThan(1_000);
  const rollback = { toVersion: version, reason: 'too much' };
  const rolledBack = await fleet.ask(0, 'POST', `api/overrides/${id}/rollback`, rollback, changed.body.version);
  expect(rolledBack.status).toBe(200);
  expect(await limitIs(all, code + 5)).toBeLessThan(1_000);
  const entry = await fleet.ask<ListEntry>(0, 'POST', 'api/entries', {
    list: 'ban',
    match: { kind: 'cidr', cidr: '203.0.113.0/24' },
    reason: 'guesses passwords',
  });
  expect(entry.status).toBe(201);
  const isBanned = async (index: number) => {
    const { status, body } = await fleet.chat(index, `203.0.113.${String(Math.floor(Math.random() * 250))}`);
    return status === 429 && JSON.stringify(body).includes('abnormal-usage-detected');
  };
  expect(await msUntil(() => on(all, isBanned))).toBeLessThan(1_000);
  fleet.processes[0]!.signal('SIGKILL');
  await fleet.processes[0]!.exitCode();
  await until('the others to know that it is gone', async () => {
    const { instances } = (await fleet.ask<SystemStatus>(1, 'GET', 'api/system')).body;
    return instances.filter(({ alive }) => alive).length === 2;
  });
  expect(
    await on(survivors, async (index) => (await fleet.chatLimit(index)) === code + 5 && (await isBanned(index))),
  ).toBe(true);

  // Redis comes back with nothing in it.
  await server.restart();
  await until('the survivors to write back what Redis lost, and to say so', () =>
    survivors.some((index) => fleet.output(index).includes('They were written back')),
  );
  const documents = async () => Number(await server.cli('HLEN', 'rl:{control}:documents'));
  await until('both documents to be there', async () => (await documents()) === 2);
  expect(
    await on(survivors, async (index) => (await fleet.chatLimit(index)) === code + 5 && (await isBanned(index))),
  ).toBe(true);
  const { revisions } = (await fleet.ask<OverrideDetail>(2, 'GET', `api/overrides/${id}`)).body;
  expect(revisions.map(({ change }) => change)).toEqual(['rolled-back', 'changed', 'created', 'created']);
});

test('totals, who is blocked and until when are what clients of two processes were told, exactly', async () => {
  fleet = await SampleFleet.start(2, server);
  const addresses = [1, 2, 3, 4].map((i) => `203.0.113.${String(i)}`);
  const told = new Map(addresses.map((address) => [address, { allowed: 0, denied: 0, fromMs: 0, toMs: Infinity }]));
  let slowestMs = 0;
  const visit = async (index: number, address: string): Promise<void> => {
    const sentMs = Date.now();
    const { status, headers } = await fleet.chat(index, address);
    slowestMs = Math.max(slowestMs, Date.now() - sentMs);
    const of = told.get(address)!;
    if (status === 200) of.allowed++;
    else {
      expect(status).toBe(429);
      of.denied++;
      // The whole seconds that are left, rounded up.
      const waitMs = Number(headers.get('retry-after')) * 1_000;
      of.fromMs = Math.max(of.fromMs, sentMs + waitMs - 1_000);
      of.toMs = Math.min(of.toMs, Date.now() + waitMs);
    }
  };
  // The last stays inside its limit.
  for (let turn = 0; turn < 120; turn++) {
    const busy = addresses.filter((_, i) => i < 3 || turn < 50);
    await Promise.all(busy.map((address, i) => visit((turn + i) % 2, address)));
  }
  const sum = (outcome: 'allowed' | 'denied') => [...told.values()].reduce((total, of) => total + of[outcome], 0);
  const counts = { allowed: sum('allowed'), denied: sum('denied') };
  expect(counts).toEqual({ allowed: 350, denied: 60 });
  const totals = { ...counts, shadowDenied: 0, bypassed: 0, errors: 0 };
  for (const index of [0, 1]) {
    const overview = async () => (await fleet.ask<Overview>(index, 'GET', 'api/overview')).body;
    await until('all counts to be told', async () => {
      const { allowed, denied } = (await overview()).totals;
      return allowed + denied >= counts.allowed + counts.denied;
    });
    expect((await overview()).totals).toEqual(totals);
    const { policies } = (await fleet.ask<PolicyList>(index, 'GET', 'api/policies')).body;
    expect(policies.find(({ name }) => name === 'chat')?.traffic.totals).toEqual(totals);
    const blocked = async () => (await fleet.ask<BlockedList>(index, 'GET', 'api/blocked')).body;
    await until(
      'all denials to be told',
      async () => (await blocked()).blocked.reduce((total, { denied }) => total + denied, 0) >= counts.denied,
    );
    const list = await blocked();
    expect([list.count, list.atLeast]).toEqual([3, false]);
    for (const { key, policy, denied, untilMs } of list.blocked) {
      const of = told.get(key.text.replace('ip:', ''))!;
      expect([key.text, policy, denied]).toEqual([key.text, 'chat', of.denied]);
      expect(untilMs).toBeGreaterThanOrEqual(of.fromMs);
      // An instance knows a wait as well as Redis was quick to answer: what it writes down may be that much late, and
      // what it tells another from memory that much early.
      expect(untilMs).toBeLessThanOrEqual(of.toMs + 2 * slowestMs);
    }
  }
});
