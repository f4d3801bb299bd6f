import type { ExecutionContext, Type } from '@nestjs/common';
import type { Decision } from '../core/decision';
import { StoreUnavailableError } from '../core/errors';
import { isPromiseLike, type MaybePromise } from '../core/store';
import { type CalmLog, messageOf } from '../engine/log';
import type { PlanEntry } from '../engine/plan';
import { AccountedDecision } from '../engine/receipt';
import type { DecisionObserver, ObservedRequest } from '../engine/statistics/decision-observer';
import { earlierOutcome } from '../engine/statistics/observe-request';
import type { RequestLimiter } from '../engine/request-limiter';
import type { Client } from '../http/client';
import { forwardedButUntrusted, type RequestLike } from '../http/client-address';
import type { HeaderWriter } from '../http/headers/compile-headers';
import type { GuardStage, Handler, Plans } from './plans';
import { type HttpRequest, RateLimitContext, rawRequest } from './rate-limit-context';
import type { Refuse, RefuseUncountable } from './refusal';
import { setHeader } from './response-headers';

type Entries = readonly PlanEntry<RateLimitContext>[];

interface Observed extends ObservedRequest {
  readonly entries: Entries;
}

export interface RequestGateOptions {
  readonly plans: Plans;
  readonly limiter: RequestLimiter<RateLimitContext>;
  readonly clientOf: (request: RequestLike) => Client;
  readonly trustsProxies: boolean;
  readonly headers: HeaderWriter;
  readonly refuse: Refuse;
  readonly refuseUncountable: RefuseUncountable;
  readonly onLimited: ((decision: Decision, context: RateLimitContext) => void) | undefined;
  readonly log: CalmLog;
  readonly observer: DecisionObserver;
}

const DECIDED = Symbol('rate limit');

/** Requests looked at for a forgotten proxy: behind one all would show it, and Node parses headers when asked. */
const PROXY_CHECKS = 1_000;

interface Decided {
  /** Policies counted for this request, by whichever guard. */
  readonly entries: Entries;
  readonly decision: Decision | undefined;
}

type DecidedRequest = HttpRequest & { [DECIDED]?: Decided };

/** Lets requests pass or throws, whichever framework they come through. */
export class RequestGate {
  private readonly options: RequestGateOptions;
  private proxyChecksLeft: number;

  constructor(options: RequestGateOptions) {
    this.options = options;
    this.proxyChecksLeft = options.trustsProxies ? 0 : PROXY_CHECKS;
  }

  /** The way of a guard: everything its stage has to check of the handler. */
  checkHandler(execution: ExecutionContext, stage: GuardStage): MaybePromise<true> {
    if (execution.getType() !== 'http') return this.passOther(execution.getType());
    const entries = this.options.plans.entries(execution.getClass<Type>(), execution.getHandler() as Handler, stage);
    if (entries.length === 0) return true;
    return this.check(entries, execution.getArgByIndex(0), execution.getArgByIndex(1), execution);
  }

  /** Checks a request against policies that no earlier check of the same request has counted. */
  check(entries: Entries, request: HttpRequest, response: unknown, execution?: ExecutionContext): MaybePromise<true> {
    const before = (request as DecidedRequest)[DECIDED];
    const open = before === undefined ? entries : notIn(before.entries, entries);
    if (open.length === 0) return true;
    // Noted before the decision, so that a second guard cannot count it again while the first one waits.
    const decided = { entries: before === undefined ? open : [...before.entries, ...open], decision: before?.decision };
    (request as DecidedRequest)[DECIDED] = decided;
    const context = new RateLimitContext(request, response, execution, this.options.clientOf);
    if (this.proxyChecksLeft > 0) this.warnOfProxies(context);
    const observed = { entries: open, earlier: earlierOutcome(before !== undefined, before?.decision) };
    const startedMs = this.options.observer.begin();
    const decision = this.decide(observed, context);
    return decision instanceof Promise
      ? decision.then(
          (settled) => this.answer(settled, decided, context, observed, startedMs),
          (error: unknown) => this.fail(error, observed, context),
        )
      : this.answer(decision, decided, context, observed, startedMs);
  }

  private decide(observed: Observed, context: RateLimitContext): MaybePromise<Decision | undefined> {
    try {
      return this.options.limiter.decide(observed.entries, context, observed);
    } catch (error) {
      return this.fail(error, observed, context);
    }
  }

  /** A request that could not be counted. Whatever else is thrown is a mistake in code, and goes where those go. */
  private fail(error: unknown, observed: Observed, context: RateLimitContext): never {
    if (!(error instanceof StoreUnavailableError)) throw error;
    const { log, observer, refuseUncountable } = this.options;
    observer.failedRequest(observed);
    log.error('uncountable', () => `Requests are refused with 503: ${messageOf(error)}`);
    const closed = observed.entries.filter(({ policy }) => policy.onStoreFailure === 'closed');
    const names = closed.map(({ policy }) => policy.name);
    throw refuseUncountable(error, names, context);
  }

  private answer(
    decision: Decision | undefined,
    decided: { decision: Decision | undefined },
    context: RateLimitContext,
    observed: Observed,
    startedMs: number,
  ): true {
    const { headers, observer, refuse } = this.options;
    if (decision === undefined) {
      observer.bypassedRequest(observed);
      return true;
    }
    observer.decidedRequest(observed, decision, AccountedDecision.chargesOf(decision), startedMs);
    // Of two guards, so that the later one's headers do not hide the earlier one's.
    const told = decided.decision === undefined ? decision : AccountedDecision.join(decided.decision, decision);
    decided.decision = told;
    headers.write(told, (name, value) => {
      setHeader(context.response, name, value);
    });
    if (decision.allowed) return true;
    this.tellLimited(decision, context);
    throw refuse(decision, context);
  }

  private tellLimited(decision: Decision, context: RateLimitContext): void {
    const { onLimited, log } = this.options;
    const complain = (error: unknown): void => {
      log.error('onLimited', () => `onLimited failed: ${messageOf(error)} The request is refused all the same.`);
    };
    try {
      // Declared as returning nothing, it may still be async, and a rejection that nobody handles ends the process.
      const told: unknown = onLimited?.(decision, context);
      if (isPromiseLike(told)) told.then(undefined, complain);
    } catch (error) {
      complain(error);
    }
  }

  private passOther(type: string): true {
    const message = `RateLimitGuard does not limit requests of type "${type}" yet: it lets them pass.`;
    this.options.log.warnOnce(`type ${type}`, message);
    return true;
  }

  private warnOfProxies({ request }: RateLimitContext): void {
    this.proxyChecksLeft--;
    if (!forwardedButUntrusted(rawRequest(request))) return;
    this.proxyChecksLeft = 0;
    this.options.log.warnOnce('proxies', UNTRUSTED_PROXY);
  }
}

/** What was decided of a request so far, over all guards; `undefined` before, and where nothing applies to it. */
export function decisionOf(request: object): Decision | undefined {
  return (request as DecidedRequest)[DECIDED]?.decision;
}

function notIn(counted: Entries, entries: Entries): Entries {
  return entries.filter(({ policy }) => !counted.some((other) => other.policy.name === policy.name));
}

const UNTRUSTED_PROXY =
  'A request came with X-Forwarded-For, but no proxy is trusted, so it is limited by the address it came from. ' +
  'Behind a proxy all clients share that address: set "trustedProxies" of RateLimitModule.forRoot. ' +
  'Without a proxy this is a client that makes the header up, and nothing is to do.';
