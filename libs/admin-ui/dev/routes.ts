import {
  ADMIN_PATHS,
  type EntryCreate,
  type RecordingStatus,
  type ResetRequest,
  type SimulationRequest,
} from '../../rate-limit/src/admin/api';
import { csvOf } from '../src/lib/export';
import { must, needReason, type Asked, type Route } from './asked';
import { OVERRIDE_ROUTES } from './override-routes';
import { CLIENTS, POLICIES } from './policies';
import { simulationOf } from './simulation-view';
import { systemOf } from './system-view';
import { detailOf, inspectionOf, overviewOf, summaryOf } from './views';

const recording: { status: RecordingStatus } = {
  status: {
    enabled: true,
    oneIn: 16,
    retentionMs: 3_600_000,
    untilMs: null,
    fromMs: Date.now() - 3_540_000,
    toMs: Date.now(),
    events: 41_220,
    maxEvents: 200_000,
    dropped: 0,
  },
};

const auditOf = ({ world, query }: Asked) =>
  world.control.audit
    .filter((entry) => !query.get('action') || entry.action === query.get('action'))
    .filter((entry) => !query.get('outcome') || entry.outcome === query.get('outcome'))
    .filter(
      (entry) =>
        !query.get('actor') || entry.actor.name.toLowerCase().includes((query.get('actor') ?? '').toLowerCase()),
    );

/** By method and path of the API. */
export const ROUTES: Readonly<Record<string, Route>> = {
  ...OVERRIDE_ROUTES,
  [`GET ${ADMIN_PATHS.overview}`]: ({ world }) => overviewOf(world),
  [`GET ${ADMIN_PATHS.policies}`]: ({ world }) => ({ policies: POLICIES.map(({ name }) => summaryOf(world, name)) }),
  [`GET ${ADMIN_PATHS.policy}`]: ({ world, params }) => must(detailOf(world, params['name'] ?? ''), 'policy'),
  [`GET ${ADMIN_PATHS.traffic}`]: ({ world, query }) => {
    const resolution = query.get('resolution') ?? 'second';
    const stepMs = resolution === 'second' ? 1000 : resolution === 'minute' ? 60_000 : 3_600_000;
    const points = world.traffic.points(query.get('policy') ?? undefined, stepMs, 600);
    return { policy: query.get('policy'), resolution, fromMs: points[0]?.atMs ?? 0, toMs: Date.now(), points };
  },
  [`GET ${ADMIN_PATHS.inspect}`]: ({ world, query }) => inspectionOf(world, query.get('key') ?? ''),
  [`GET ${ADMIN_PATHS.keys}`]: ({ world, query }) => ({
    keys: CLIENTS.filter((text) => text.startsWith(query.get('search') ?? '')).map((text, rank) => ({
      key: { text, ref: text },
      policies: rank % 2 ? ['api'] : ['login', 'search'],
      known: [...(world.blocked.list().some((row) => row.key.text === text) ? ['blocked'] : []), 'heavy'],
    })),
    complete: false,
  }),
  [`POST ${ADMIN_PATHS.reset}`]: ({ world, body }) => {
    const { keys, policy, ...rest } = body as ResetRequest;
    const reason = needReason(rest);
    for (const key of keys) world.control.log('key.reset', key, { reason, ...(policy ? { policy } : {}) });
    return {
      results: keys.map((key) => ({
        key: { text: key, ref: key },
        policies: world.blocked.release(key, policy),
        problem: null,
      })),
    };
  },
  [`GET ${ADMIN_PATHS.blocked}`]: ({ world }) => {
    const blocked = world.blocked.list();
    return { atMs: Date.now(), blocked, count: blocked.length, atLeast: false };
  },
  [`GET ${ADMIN_PATHS.entries}`]: ({ world: { control } }) => ({
    entries: [...control.entries.values()],
    controlVersion: control.version,
  }),
  [`POST ${ADMIN_PATHS.entries}`]: ({ world, body }) => {
    const { list, match, expiresInMs = 14_400_000, ...rest } = body as EntryCreate;
    const reason = needReason(rest);
    const text = match.kind === 'key' ? match.key : match.kind === 'address' ? `ip:${match.address}` : '';
    const view = match.kind === 'cidr' ? match : { kind: match.kind, key: { text, ref: text } };
    return world.control.addEntry({
      list,
      match: view,
      reason,
      expiresAtMs: expiresInMs === 'never' ? null : Date.now() + expiresInMs,
    });
  },
  [`POST ${ADMIN_PATHS.entryPreview}`]: ({ body }) => {
    const { match } = body as EntryCreate;
    const text = match.kind === 'cidr' ? match.cidr : match.kind === 'key' ? match.key : match.address;
    const stem = text.split('/')[0]?.replace(/0$/, '') ?? '';
    const matches = CLIENTS.filter((client) => client.includes(stem)).map((client) => ({ text: client, ref: client }));
    return { normalized: text, matches, overlaps: [] };
  },
  [`DELETE ${ADMIN_PATHS.entry}`]: ({ world, params, body }) => {
    const entry = must(world.control.entries.get(params['id'] ?? ''), 'entry');
    world.control.log('entry.remove', entry.match.kind === 'cidr' ? entry.match.cidr : entry.match.key.text, {
      reason: needReason(body as object),
      entryId: entry.id,
    });
    world.control.entries.delete(entry.id);
    world.control.version++;
    return undefined;
  },
  [`GET ${ADMIN_PATHS.recording}`]: () => recording.status,
  [`PUT ${ADMIN_PATHS.recording}`]: ({ body }) => {
    recording.status = { ...recording.status, ...(body as object) };
    return recording.status;
  },
  [`POST ${ADMIN_PATHS.simulate}`]: ({ world, body }) => {
    const asked = body as SimulationRequest;
    return simulationOf(asked, world.control.effective(asked.policy).settings.limit ?? 100);
  },
  [`GET ${ADMIN_PATHS.audit}`]: (asked) => ({
    entries: auditOf(asked).slice(0, 50),
    next: null,
    retention: { maxEntries: 10_000, maxAgeMs: 30 * 86_400_000 },
  }),
  [`GET ${ADMIN_PATHS.auditExport}`]: (asked) => {
    const rows = auditOf(asked);
    if (asked.query.get('format') === 'json') return rows;
    return csvOf({
      name: 'audit',
      columns: ['id', 'actor', 'action', 'target', 'reason'],
      rows: rows.map((row) => [row.id, row.actor.name, row.action, row.target, row.reason]),
    });
  },
  [`GET ${ADMIN_PATHS.auditEntry}`]: ({ world, params }) =>
    must(
      world.control.audit.find(({ id }) => id === params['id']),
      'entry',
    ),
  [`GET ${ADMIN_PATHS.system}`]: ({ world }) => systemOf(world),
};
