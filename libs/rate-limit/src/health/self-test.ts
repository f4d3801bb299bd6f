import { randomUUID } from 'node:crypto';
import { FloodgateError } from '../core/errors';
import { Problems } from '../core/problems';
import { compilePolicy } from '../core/compile-policy';
import type { Charge, RateLimitStore, Verdict } from '../core/store';

/** One step of a self-test. */
export interface SelfTestStep {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
  /** What came instead of what was expected, or what went wrong. */
  readonly problem?: string;
}

export interface SelfTestReport {
  readonly ok: boolean;
  readonly steps: readonly SelfTestStep[];
  /** Where decisions came from. `fallback`: the store did not answer. */
  readonly source: string;
  readonly durationMs: number;
}

const LIMIT = 3;
/** What an abandoned test leaves behind is gone after that. */
const PER = '1m';

/**
 * Uses up the limit of a key that nobody else has, on the real store: it must admit the limit, refuse the next, and
 * forget the key where it can. Never rejects.
 */
export async function runSelfTest(store: RateLimitStore, timeoutMs: number): Promise<SelfTestReport> {
  const startedMs = performance.now();
  const charge = throwAwayCharge();
  const sources = new Set<string>();
  const steps: SelfTestStep[] = [];
  const expectOutcome = async (name: string, expected: Verdict['outcome']): Promise<void> => {
    steps.push(
      await stepOf(name, timeoutMs, async () => {
        const [verdict] = await store.consume([charge]);
        sources.add(verdict?.source ?? store.source);
        return verdict?.outcome === expected ? undefined : `It was ${String(verdict?.outcome)}.`;
      }),
    );
  };
  for (let i = 1; i <= LIMIT; i++) await expectOutcome(`admit ${String(i)} of ${String(LIMIT)}`, 'allowed');
  await expectOutcome('refuse the next', 'denied');
  let canForget = true as boolean;
  const forgotten = await stepOf('forget the key', timeoutMs, async () => {
    try {
      await store.reset(charge.bucketId, charge.identity);
    } catch (error) {
      if (!isUnable(error)) throw error;
      canForget = false;
    }
    return undefined;
  });
  if (canForget) steps.push(forgotten);
  const ok = steps.every((step) => step.ok) && !sources.has('fallback');
  return { ok, steps, source: [...sources].join(', '), durationMs: roundMs(performance.now() - startedMs) };
}

/** Whether a store has no such call, as a throttler storage has none that resets. That is no fault of it. */
function isUnable(error: unknown): boolean {
  return error instanceof FloodgateError && error.code === 'CALL_INVALID';
}

function throwAwayCharge(): Charge {
  const options = { limit: LIMIT, per: PER, algorithm: 'fixed-window' } as const;
  const { quota } = compilePolicy('self-test', 'self-test', options, new Problems()) ?? {};
  if (quota === undefined) throw new Error('The policy of the self-test cannot be used.');
  return { bucketId: 'self-test', identity: `self-test:${randomUUID()}`, quota, cost: 1, onStoreFailure: 'local' };
}

async function stepOf(name: string, timeoutMs: number, take: () => Promise<string | undefined>): Promise<SelfTestStep> {
  const startedMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve(`There was no answer within ${String(timeoutMs)} ms.`);
    }, timeoutMs);
  });
  const problem = await Promise.race([take(), late]).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  clearTimeout(timer);
  const durationMs = roundMs(performance.now() - startedMs);
  return problem === undefined ? { name, ok: true, durationMs } : { name, ok: false, durationMs, problem };
}

function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
