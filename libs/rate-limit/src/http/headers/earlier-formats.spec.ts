import { parseDictionary, parseList } from 'structured-headers';
import { FoldedDecision, type PolicyDecision } from '../../core/decision';
import { combinedLimit, numberedPolicies, separateLimit } from './earlier-formats';
import type { FieldGroup } from './field-group';
import { said } from '../said.spec-support';

function fieldsOf(group: FieldGroup, ...policies: PolicyDecision[]): Record<string, string> {
  const fields: Record<string, string> = {};
  group.compile()(new FoldedDecision(policies), (name, value) => {
    fields[name] = value;
  });
  return fields;
}

const burst = said({ policy: 'burst', limit: 60, windowSeconds: 3, remaining: 20, resetAfterMs: 1_700 });
const denied = said({ outcome: 'denied', remaining: 0, retryAfterMs: 4_200, nextUnitAfterMs: 4_200 });

describe('RateLimit-Policy of drafts 6 and 7', () => {
  test('lists every policy', () => {
    const field = fieldsOf(numberedPolicies, said(), burst)['RateLimit-Policy']!;
    expect(field).toBe('200;w=60, 60;w=3');
    expect(parseList(field)).toEqual([
      [200, new Map([['w', 60]])],
      [60, new Map([['w', 3]])],
    ]);
  });

  test.each([
    ['without a window of seconds', [said({ windowSeconds: undefined }), burst], '60;w=3'],
    ['with the number of an earlier one', [burst, said({ limit: 60 }), said({ limit: 160 })], '60;w=3, 160;w=60'],
  ])('leaves out a policy %s', (_, policies, field) => {
    expect(fieldsOf(numberedPolicies, ...policies)['RateLimit-Policy']).toBe(field);
  });

  test('is not sent empty', () => {
    expect(fieldsOf(numberedPolicies, said({ windowSeconds: undefined }))).toEqual({});
  });
});

describe('RateLimit of draft 7', () => {
  test('tells the strictest policy', () => {
    const field = fieldsOf(combinedLimit, said(), burst)['RateLimit']!;
    expect(field).toBe('limit=60, remaining=20, reset=2');
    expect([...parseDictionary(field).keys()]).toEqual(['limit', 'remaining', 'reset']);
  });

  test('resets when Retry-After says, in a refusal', () => {
    expect(fieldsOf(combinedLimit, denied, burst)).toEqual({ RateLimit: 'limit=200, remaining=0, reset=5' });
  });

  test('tells when all is free again, where waiting does not help', () => {
    const impossible = said({ outcome: 'impossible', cost: 500, retryAfterMs: Infinity });
    expect(fieldsOf(combinedLimit, impossible)).toEqual({ RateLimit: 'limit=200, remaining=199, reset=60' });
  });
});

test.each(['RateLimit', 'X-RateLimit'])('%s-Limit, -Remaining and -Reset tell the strictest policy', (prefix) => {
  expect(fieldsOf(separateLimit(prefix), said(), burst)).toEqual({
    [`${prefix}-Limit`]: '60',
    [`${prefix}-Remaining`]: '20',
    [`${prefix}-Reset`]: '2',
  });
  expect(fieldsOf(separateLimit(prefix), denied)[`${prefix}-Reset`]).toBe('5');
});

test('a ban without an end has no reset, so that nothing is told but the policies', () => {
  const never = { retryAfterMs: Infinity, nextUnitAfterMs: Infinity, resetAfterMs: Infinity };
  const banned = said({ outcome: 'denied', granted: 0, remaining: 0, ...never, banId: 'ban' });
  for (const group of [combinedLimit, separateLimit('RateLimit'), separateLimit('X-RateLimit')]) {
    expect(fieldsOf(group, banned)).toEqual({});
  }
  expect(fieldsOf(numberedPolicies, banned)).toEqual({ 'RateLimit-Policy': '200;w=60' });
});

test('nor has a limit of 0: a reset of 0 would have the client come again at once', () => {
  const none = { limit: 0, granted: 0, remaining: 0, nextUnitAfterMs: Infinity, resetAfterMs: 0 };
  const never = said({ outcome: 'impossible', retryAfterMs: Infinity, ...none });
  for (const group of [combinedLimit, separateLimit('RateLimit'), separateLimit('X-RateLimit')]) {
    expect(fieldsOf(group, never)).toEqual({});
  }
  expect(fieldsOf(numberedPolicies, never)).toEqual({ 'RateLimit-Policy': '0;w=60' });
});
