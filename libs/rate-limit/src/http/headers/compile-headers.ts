import { show } from '../../core/errors';
import { Problems } from '../../core/problems';
import { retryAfterSeconds } from '../retry-after';
import { draft11Fields } from './draft-11';
import { combinedLimit, numberedPolicies, separateLimit } from './earlier-formats';
import type { FieldGroup, WriteFields } from './field-group';
import { integerText } from './field-values';

/** Response fields that tell clients their limits, by the document that describes them. */
export type HeaderFormat = 'draft-11' | 'draft-7' | 'draft-6' | 'x-ratelimit';

/** One format, several that go together, or `false` for no fields at all: `Retry-After` is left out too. */
export type HeadersOption = HeaderFormat | false | readonly HeaderFormat[];

export interface HeaderWriter {
  /** Puts the fields of a decision on a response: the same ones whether it is allowed or not. */
  readonly write: WriteFields;
}

const FORMATS: Readonly<Record<HeaderFormat, readonly FieldGroup[]>> = {
  'draft-11': [draft11Fields],
  'draft-7': [numberedPolicies, combinedLimit],
  'draft-6': [numberedPolicies, separateLimit('RateLimit')],
  'x-ratelimit': [separateLimit('X-RateLimit')],
};

const REMEDY = `Write false, or one or more of ${Object.keys(FORMATS).map(show).join(', ')}.`;

/**
 * Prepares the writer of the formats asked for. Every format comes with `Retry-After` on a denial. What is wrong is told
 * in `problems`; without them, it is thrown as a ConfigurationError.
 */
export function compileHeaders(option: HeadersOption, problems?: Problems): HeaderWriter {
  const found = problems ?? new Problems();
  const groups = option === false ? [] : groupsOf(option, found);
  if (problems === undefined) found.throwIfAny();
  const writers = groups.map((group) => group.compile());
  const first = writers[0];
  if (first === undefined) return { write: () => undefined };
  return { write: withRetryAfter(writers.length === 1 ? first : inTurn(writers)) };
}

function groupsOf(option: unknown, problems: Problems): readonly FieldGroup[] {
  const formats = Array.isArray(option) ? (option as unknown[]) : [option];
  if (formats.length === 0) problems.add('headers', 'is an empty list.', REMEDY);
  const known = formats.filter(isFormat);
  for (const format of formats) if (!isFormat(format)) problems.add('headers', `is ${show(format)}.`, REMEDY);
  const groups = [...new Set(known.flatMap((format) => FORMATS[format]))];
  const fields = groups.flatMap((group) => group.fields);
  const twice = fields.find((field, i) => fields.indexOf(field) < i);
  if (twice !== undefined) {
    const problem = `is ${known.map(show).join(' and ')}, of which two give ${twice} different meanings.`;
    problems.add('headers', problem, 'Leave "draft-11" or the earlier drafts out.');
  }
  return groups;
}

function isFormat(value: unknown): value is HeaderFormat {
  return typeof value === 'string' && Object.hasOwn(FORMATS, value);
}

function inTurn(writers: readonly WriteFields[]): WriteFields {
  return (decision, set) => {
    for (const write of writers) write(decision, set);
  };
}

function withRetryAfter(write: WriteFields): WriteFields {
  return (decision, set) => {
    write(decision, set);
    const seconds = retryAfterSeconds(decision);
    if (seconds !== undefined) set('Retry-After', integerText(seconds));
  };
}
