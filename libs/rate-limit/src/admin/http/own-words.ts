import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'Write a text.',
  number: 'Write a number.',
  int: 'Write a whole number.',
  boolean: 'Write true or false.',
  array: 'Write a list.',
  object: 'Write an object.',
};

/** What is wrong with a field for which its schema has no words. They are for an operator, beside the field. */
export function ownWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This is missing.' : (TYPES[issue.expected] ?? NOT_USABLE);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return Array.isArray(issue['options']) ? oneOf(issue['options']) : NOT_USABLE;
    case 'too_small':
      return `Write ${amount(issue.origin, issue.minimum)} or more.`;
    case 'too_big':
      return `Write ${amount(issue.origin, issue.maximum)} or ${isCounted(issue.origin) ? 'fewer' : 'less'}.`;
    case 'unrecognized_keys':
      return `There is no ${issue.keys.map(quoted).join(', no ')} here.`;
    default:
      return NOT_USABLE;
  }
}

const NOT_USABLE = 'This cannot be used here.';

function oneOf(values: readonly unknown[]): string {
  return `Write ${values.map(quoted).join(' or ')}.`;
}

function amount(origin: string, count: number | bigint): string {
  const text = count.toLocaleString('en-US');
  if (origin !== 'string') return text;
  return Number(count) === 1 ? '1 character' : `${text} characters`;
}

function isCounted(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

function quoted(value: unknown): string {
  return `"${String(value)}"`;
}
