import * as fc from 'fast-check';
import { validateHeaderValue } from 'node:http';
import { parseList } from 'structured-headers';
import { FoldedDecision, type PolicyDecision } from '../../core/decision';
import { draft11Fields } from './draft-11';
import { said } from '../said.spec-support';

const write = draft11Fields.compile();

function fieldsOf(...policies: PolicyDecision[]): Record<string, string> {
  const fields: Record<string, string> = {};
  write(new FoldedDecision(policies), (name, value) => {
    fields[name] = value;
  });
  return fields;
}

const burst = said({ policy: 'burst', limit: 60, windowSeconds: 3, remaining: 59, nextUnitAfterMs: 50 });

test('one policy', () => {
  expect(fieldsOf(said())).toEqual({
    'RateLimit-Policy': '"default";q=200;w=60',
    RateLimit: '"default";r=199;t=60',
  });
});

test('several policies are one list, in their order', () => {
  expect(fieldsOf(said(), burst)).toEqual({
    'RateLimit-Policy': '"default";q=200;w=60,"burst";q=60;w=3',
    RateLimit: '"default";r=199;t=60,"burst";r=59;t=1',
  });
  expect(fieldsOf(burst, said())['RateLimit-Policy']).toBe('"burst";q=60;w=3,"default";q=200;w=60');
});

test('a window that seconds cannot tell is left out', () => {
  expect(fieldsOf(said({ windowSeconds: undefined }))['RateLimit-Policy']).toBe('"default";q=200');
});

test.each([
  ['a full bucket', { remaining: 200, nextUnitAfterMs: 0 }, '"default";r=200'],
  ['a bucket that never fills', { remaining: 0, nextUnitAfterMs: Infinity }, '"default";r=0'],
  ['part of a unit', { remaining: 0.9, nextUnitAfterMs: 1 }, '"default";r=0;t=1'],
  ['part of a second', { nextUnitAfterMs: 1_001 }, '"default";r=199;t=2'],
])('%s', (_, changes, field) => {
  expect(fieldsOf(said(changes))['RateLimit']).toBe(field);
});

test('a list that is told again tells the time that it has then', () => {
  const told = [59_000, 59_000, 0, 1, Infinity, 60_000].map(
    (nextUnitAfterMs) => fieldsOf(said({ nextUnitAfterMs }), burst)['RateLimit'],
  );
  expect(told).toEqual(
    [';t=59', ';t=59', '', ';t=1', '', ';t=60'].map((time) => `"default";r=199${time},"burst";r=59;t=1`),
  );
});

test('a refusal has the same fields', () => {
  const denied = said({ outcome: 'denied', granted: 0, remaining: 0, retryAfterMs: 4_200, nextUnitAfterMs: 4_200 });
  expect(fieldsOf(denied, burst)).toEqual({
    'RateLimit-Policy': '"default";q=200;w=60,"burst";q=60;w=3',
    RateLimit: '"default";r=0;t=5,"burst";r=59;t=1',
  });
});

const anyName = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', ',', ';', '=', '\r', '\n', '\0', ' ') }),
  fc.constantFrom('__proto__', 'constructor'),
);
const anyPolicy: fc.Arbitrary<PolicyDecision> = fc.record({
  policy: anyName,
  outcome: fc.constantFrom('allowed', 'denied', 'impossible'),
  limit: fc.oneof(fc.nat(), fc.constant(2 ** 53)),
  windowSeconds: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  cost: fc.nat(),
  granted: fc.nat(),
  remaining: fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true })),
  retryAfterMs: fc.nat(),
  nextUnitAfterMs: fc.oneof(fc.constant(0), fc.constant(Infinity), fc.double({ min: 0, max: 1e12, noNaN: true })),
  resetAfterMs: fc.nat(),
  source: fc.constant('memory'),
});

test('whatever the decision, both fields are lists of RFC 9651 that tell it', () => {
  const largest = 999_999_999_999_999;
  fc.assert(
    fc.property(fc.array(anyPolicy, { minLength: 1, maxLength: 6 }), (policies) => {
      const fields = fieldsOf(...policies);
      for (const [name, value] of Object.entries(fields)) validateHeaderValue(name, value);
      const quotas = parseList(fields['RateLimit-Policy']!);
      const available = parseList(fields['RateLimit']!);
      expect(quotas).toHaveLength(policies.length);
      for (const [i, { policy, limit, windowSeconds, remaining, nextUnitAfterMs }] of policies.entries()) {
        const name = policy.replace(/[^\x20-\x7e]/g, '?');
        const window = windowSeconds === undefined ? [] : [['w', windowSeconds]];
        const time =
          nextUnitAfterMs > 0 && nextUnitAfterMs < Infinity ? [['t', Math.ceil(nextUnitAfterMs / 1000)]] : [];
        expect(quotas[i]).toEqual([name, new Map([['q', Math.min(limit, largest)], ...window] as [string, number][])]);
        expect(available[i]).toEqual([
          name,
          new Map([['r', Math.min(Math.floor(remaining), largest)], ...time] as [string, number][]),
        ]);
      }
    }),
  );
});
