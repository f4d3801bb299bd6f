import { invalid, problem, Refusal } from './refusal';
import type { World } from './views';

/** A request of the API. */
export interface Asked {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly ifMatch: number | null;
}

export type Route = (asked: Asked) => unknown;

export const must = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) throw new Refusal(problem(404, 'not-found', `There is no such ${what}.`));
  return value;
};

export const needReason = (body: { readonly reason?: string }): string =>
  body.reason?.trim() ? body.reason.trim() : invalid('reason', 'Say why.');
