import { randomNumbers, zipfRanks } from '../keys.mjs';
import { Agenda } from './agenda.mjs';
import { compileLease, MemoryStore, quotaOf, SharedMemory, slotOf } from './engine.mjs';
import { makeInstance } from './instance.mjs';
import { ANSWERED } from './lane.mjs';
import { LeaseLedger } from './lease-ledger.mjs';
import { delays } from './network.mjs';
import { identityOf, Observations, ticksAt } from './observations.mjs';
import { Shard } from './shard.mjs';

/** Buckets that the simulated Redis keeps at most, at some 150 bytes each. */
const MAX_KEYS = 2 ** 24;
/** The part of its time that a Redis may be busy before waiting for it takes longer than its work. */
const BUSY_AT_MOST = 0.6;

/**
 * A fleet under a load, in simulated time: the library's algorithms, store contract and denial cache, with connections,
 * a network and servers that are modelled. The same options give the same result.
 */
export async function simulate(options) {
  const world = makeWorld(options);
  const { clock, agenda, random } = world;
  const nextRank = zipfRanks(options.keys, random, options.zipf);
  const nextInstance = instanceRanks(options, random);
  const gapMs = () => (-Math.log(1 - random()) * 1_000) / options.rate;
  const endMs = options.seconds * 1_000;
  let callMs = gapMs();
  while (callMs < endMs || agenda.nextMs < Infinity) {
    if (callMs < endMs && callMs < agenda.nextMs) {
      clock.nowMs = callMs;
      call(world, nextInstance(), nextRank());
      callMs += gapMs();
    } else {
      const { atMs, run } = agenda.take();
      clock.nowMs = atMs;
      if (run() === ANSWERED) await settled();
    }
  }
  return summary(options, world);
}

function makeWorld(options) {
  const random = randomNumbers(options.seed);
  const clock = { nowMs: 0, nowTicks: () => ticksAt(clock.nowMs) };
  const agenda = new Agenda();
  const lease = compileLease('lease', options.lease === 'auto' ? 'auto' : false);
  const store = lease === undefined ? makeMemoryStore(clock) : new SharedMemory({ clock });
  const { limit, per, algorithm, burst, instances, shards, callMicros, askMicros } = options;
  const quota = quotaOf({ algorithm, limit, per, ...(burst && { burst }) });
  const servers = Array.from({ length: shards }, () => new Shard({ agenda, store, callMicros, askMicros }));
  const way = {
    agenda,
    clock,
    delay: delays({ p50Ms: options.networkP50Ms / 2, p99Ms: options.networkP99Ms / 2 }, random),
    // One Redis alone reaches all keys in a script, a node of a Cluster those of one slot.
    slotOf: shards > 1 ? slotOf : undefined,
  };
  const observations = new Observations({ instances, quota, deadlineMs: options.deadlineMs, random });
  const ledger = lease === undefined ? undefined : new LeaseLedger(clock);
  const fleet = Array.from({ length: instances }, () =>
    makeInstance(servers, way, { clock, agenda, instances, ledger }),
  );
  return { random, clock, agenda, store, quota, lease, servers, observations, ledger, instances: fleet };
}

function makeMemoryStore(clock) {
  const store = new MemoryStore({ clock, maxKeys: MAX_KEYS });
  // Ends its timer, which goes by real time: what it swept would differ from run to run.
  store.close();
  return store;
}

/** Which instance a call comes to. */
function instanceRanks({ instances, unevenInstances }, random) {
  return unevenInstances === 0 ? () => Math.floor(random() * instances) : zipfRanks(instances, random, unevenInstances);
}

function call({ clock, observations, instances, quota, lease, ledger }, instance, rank) {
  const startMs = clock.nowMs;
  const key = observations.called(rank, startMs);
  const charge = { bucketId: 'simulated', identity: identityOf(rank), quota, cost: 1, lease };
  const answer = instances[instance].consume([charge]);
  if (Array.isArray(answer)) {
    if (answer[0].source === 'lease') ledger.spent(charge.identity);
    observations.answered(answer, instance, key, 0);
    return;
  }
  answer.then(
    (verdicts) => {
      observations.answered(verdicts, instance, key, clock.nowMs - startMs);
    },
    () => {
      observations.failed();
    },
  );
}

/** Resolves when everything that promises lead to at this instant has happened. */
function settled() {
  return new Promise(setImmediate);
}

function summary(options, { observations, servers, store, ledger }) {
  const { rate, seconds, shards, callMicros, askMicros, limit } = options;
  const total = (figure) => servers.reduce((sum, server) => sum + server[figure], 0);
  const { decisions, admitted, late, unanswered, sources } = observations;
  const busiest = Math.max(...servers.map(({ busyMs }) => busyMs)) / (seconds * 1_000);
  const asksPerSecond = total('asks') / seconds;
  // In a Cluster a script seldom holds more than one decision; a Redis alone is enough while it is not too busy.
  const clusterBusy = (asksPerSecond * (callMicros + askMicros)) / 1e6;
  const isEnough = shards === 1 && busiest <= BUSY_AT_MOST;
  return {
    decisions,
    decisionsPerSecond: rate,
    admitted,
    answeredByDenialCache: sources['denial-cache'] / decisions,
    answeredByLeases: sources.lease / decisions,
    redis: {
      asksPerSecond,
      scriptsPerSecond: total('calls') / seconds,
      scriptsPerDecision: total('calls') / decisions,
      busiestShard: busiest,
      busiestOfMean: busiest / (total('busyMs') / servers.length / (seconds * 1_000)),
      shardsNeeded: isEnough ? 1 : Math.ceil(clusterBusy / BUSY_AT_MOST),
      keys: store.size ?? store.identities.size,
    },
    limits: observations.limits(),
    leases: ledger?.summary(limit, seconds * 1_000, observations.exhausted()),
    fairness: observations.fairness(),
    latencyMs: observations.latencyMs(),
    lateOrUnanswered: (late + unanswered) / decisions,
  };
}
