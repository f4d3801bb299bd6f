import type { z } from 'zod';
import { ADMIN_PATHS as P } from '../api';
import type { AdminEndpoint } from '../http/routes';
import * as change from './change-answers';
import * as keys from './key-answers';
import { auditEntry, auditPage, text } from './shared-answers';
import * as system from './system-answers';
import * as traffic from './traffic-answers';

/** What a document says of an endpoint, beside what the endpoint says of itself. */
export interface Operation {
  readonly summary: string;
  /** `undefined`: no content. */
  readonly answer: z.ZodType | undefined;
  /** Default `application/json`. */
  readonly types?: readonly string[];
}

function say(summary: string, answer?: z.ZodType, types?: readonly string[]): Operation {
  return { summary, answer, ...(types === undefined ? {} : { types }) };
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  [`GET ${P.bootstrap}`]: say('Who you are, what you may do, what is there', system.bootstrap),
  [`POST ${P.session}`]: say('Log in with a token, for a cookie', system.session),
  [`DELETE ${P.session}`]: say('Log out'),
  [`GET ${P.overview}`]: say('Totals, rates and policies of all instances', traffic.overview),
  [`GET ${P.stream}`]: say('The same once a second, as events named "frame"', traffic.frame, ['text/event-stream']),
  [`GET ${P.traffic}`]: say('Counts over time', traffic.series),
  [`GET ${P.system}`]: say('Instances, store, and how far each has got', system.system),
  [`GET ${P.policies}`]: say('Policies, as code says and as they are in force', traffic.policyList),
  [`GET ${P.policy}`]: say('One policy, with its overrides and its history', traffic.policyDetail),
  [`GET ${P.keys}`]: say('Keys that stand out', keys.keyList),
  [`GET ${P.inspect}`]: say('One key over all policies', keys.inspection),
  [`GET ${P.blocked}`]: say('Who is refused now, since when and until when', keys.blockedList),
  [`POST ${P.reset}`]: say('Let keys go, of one policy or all', keys.resetResult),
  [`GET ${P.entries}`]: say('Bans and allows', change.entryList),
  [`POST ${P.entries}`]: say('Ban or allow somebody', change.entry),
  [`POST ${P.entryPreview}`]: say('Whom an entry would concern', change.entryPreview),
  [`GET ${P.entry}`]: say('One ban or allow', change.entry),
  [`PATCH ${P.entry}`]: say('Change how long it holds', change.entry),
  [`DELETE ${P.entry}`]: say('Take it back'),
  [`GET ${P.overrides}`]: say('Overrides', change.overrideList),
  [`POST ${P.overrides}`]: say('Change a policy on all instances', change.overrideDetail),
  [`GET ${P.override}`]: say('One override with its revisions', change.overrideDetail),
  [`PUT ${P.override}`]: say('Change it', change.overrideDetail),
  [`DELETE ${P.override}`]: say('Take it back'),
  [`POST ${P.rollback}`]: say('An earlier revision again, as a new one', change.overrideDetail),
  [`GET ${P.recording}`]: say('Whether traffic is recorded', change.recording),
  [`PUT ${P.recording}`]: say('Turn recording on or off', change.recording),
  [`POST ${P.simulate}`]: say('Recorded traffic under another limit', change.simulation),
  [`GET ${P.audit}`]: say('Changes and refused attempts, newest first', auditPage),
  [`GET ${P.auditEntry}`]: say('One of them', auditEntry),
  [`GET ${P.auditExport}`]: say('The same as a file', text, ['text/csv', 'application/json']),
};

/** Throws where nobody has written what an endpoint is for. */
export function operationOf({ method, path }: AdminEndpoint): Operation {
  const operation = OPERATIONS[`${method} ${path}`];
  if (operation === undefined) throw new Error(`OPERATIONS says nothing of ${method} ${path}.`);
  return operation;
}
