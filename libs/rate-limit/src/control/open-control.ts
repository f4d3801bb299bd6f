import type { RateLimitStore } from '../core/store';
import type { CalmLog } from '../engine/log';
import type { PolicyRegistry } from '../engine/policy-registry';
import type { ControlFigures } from '../statistics/control-figures';
import { configHash, type InstanceIdentity } from '../statistics/instance-identity';
import { ControlPlane } from './control-plane';
import { countInForce } from './count-in-force';
import type { ControlRedis } from './control-redis';
import type { ControlStore } from './control-store';
import { DecisionJournal } from './decision-journal';
import { isInForce } from './documents';
import { Escalation } from './escalation';
import { ExpiryNotes } from './expiry-notes';
import { LettingGo } from './letting-go';
import { MemoryControlStore } from './memory-control-store';
import type { NewKeysRule } from './new-keys-options';
import { Newcomers } from './newcomers';
import { Recorder } from './recorder';
import { MOST_EVENTS } from './recording';
import { RedisControlStore } from './redis-control-store';

export interface ControlOptions {
  readonly registry: PolicyRegistry<never>;
  /** The limiter's own store. */
  readonly buckets: RateLimitStore;
  /** The Redis behind it; `undefined` where there is none. */
  readonly redis: { readonly client: unknown; readonly prefix: string } | undefined;
  readonly identity: InstanceIdentity;
  /** Where metrics read what is in force and what was lost. */
  readonly figures: ControlFigures;
  readonly log: CalmLog;
  /** Told of keys that are refused no longer, because of what operators decided. */
  readonly letGo: (policy: string, identity: string) => void;
  /** How many new keys get buckets of their own; `undefined` for any number. */
  readonly newKeys: NewKeysRule | undefined;
  /** Whether it is known already, and told, that the store does not answer. */
  readonly isStoreDown: () => boolean;
}

/** What an instance needs to take part in what operators decide. */
export interface Control {
  readonly plane: ControlPlane;
  readonly journal: DecisionJournal;
  /** Begins to look at decisions, and to keep up with operators. Once, however often it is called. */
  start(): Promise<void>;
  /** Says good-bye to the other instances; nothing where it was never started. What is in force stays so. */
  stop(): Promise<void>;
}

/** Puts the control plane together. Nothing is read or looked at before it is started. */
export function openControl(options: ControlOptions): Control {
  const { registry, buckets, redis, identity, figures, log } = options;
  const client = redis?.client as ControlRedis | undefined;
  const store: ControlStore =
    redis === undefined ? new MemoryControlStore() : new RedisControlStore(redis.client as ControlRedis, redis.prefix);
  const journal = new DecisionJournal(registry.limitedByRequest, figures.drop);
  const plane = new ControlPlane({
    registry,
    store,
    identity,
    log,
    configHash: () => configHash(registry.known().map(({ name, code }) => [name, code])),
    isStoreDown: options.isStoreDown,
  });
  const tellReleased = async (): Promise<void> => {
    const released = journal.blocked.takeReleased();
    if (released.length === 0) return;
    await store.unblock(released).catch((error: unknown) => {
      for (const key of released) journal.blocked.notReleased(key);
      throw error;
    });
  };
  plane.beforePolls.add(async () => {
    await tellReleased();
    const waiting = journal.blocked.take();
    if (waiting.length === 0) return;
    await store.noteBlocked(waiting, Date.now()).catch((error: unknown) => {
      figures.drop(waiting.reduce((sum, { denied }) => sum + denied, 0));
      throw error;
    });
  });
  const lettingGo = new LettingGo(plane, journal.blocked, options.letGo);
  plane.afterPolls.add(async () => {
    lettingGo.look();
    await tellReleased();
  });
  figures.inForce = () => countInForce(plane.documents(), registry, Date.now());
  const escalation = new Escalation({ plane, buckets, instance: identity.id, onDropped: figures.drop });
  journal.escalation = escalation;
  plane.beforePolls.add(() => escalation.flush());
  recordWhereAsked(registry, plane, journal, figures.drop);
  const expiries = new ExpiryNotes(plane, identity.id);
  plane.afterPolls.add(() => expiries.note());
  if (options.newKeys !== undefined) registry.control.newcomers = openNewcomers(options.newKeys, log);
  // It connects again, and perhaps to a server that was a replica a moment ago.
  const onReady = (): void => {
    plane.doubt();
  };
  let started: Promise<void> | undefined;
  return {
    plane,
    journal,
    start: () => {
      registry.control.tap = journal;
      if (started === undefined) client?.on('ready', onReady);
      return (started ??= plane.start());
    },
    stop: async () => {
      client?.off('ready', onReady);
      if (started !== undefined) await plane.stop();
    },
  };
}

function openNewcomers(rule: NewKeysRule, log: CalmLog): Newcomers {
  const onCrowd = (network: string | undefined): void => {
    const [many, whence] =
      network === undefined
        ? [rule.perInstance, 'have come to this instance']
        : [rule.perNetwork, `came from ${network}`];
    log.error(
      'new keys',
      () =>
        `More than ${String(many)} new keys ${whence} within ${String(rule.perMs / 1_000)} s: the others are counted together.`,
    );
  };
  return new Newcomers({ rule, onCrowd });
}

function recordWhereAsked(
  registry: PolicyRegistry<never>,
  plane: ControlPlane,
  journal: DecisionJournal,
  onDropped: (events: number) => void,
): void {
  const recorder = new Recorder({
    policyOf: (name) => registry.inForceForAll(name),
    isAdjusted: (policy, { identity, quota }) => plane.inForce.keys.hasMade(quota, policy, identity),
    onDropped,
  });
  plane.beforePolls.add(async () => {
    const chunk = recorder.take();
    const keepMs = plane.recording()?.retentionMs;
    if (chunk === undefined || keepMs === undefined) return;
    await plane.store.recording.add(chunk, keepMs, MOST_EVENTS).catch((error: unknown) => {
      recorder.lost(chunk);
      throw error;
    });
  });
  plane.afterPolls.add(() => {
    const document = plane.recording();
    const isOn = document !== undefined && document.enabled && isInForce(document, Date.now());
    if (isOn) recorder.oneIn = document.oneIn;
    journal.recorder = isOn ? recorder : undefined;
    return Promise.resolve();
  });
}
