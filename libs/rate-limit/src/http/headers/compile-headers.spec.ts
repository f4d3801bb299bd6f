import { FoldedDecision, type PolicyDecision } from '../../core/decision';
import { ConfigurationError } from '../../core/errors';
import { Problems } from '../../core/problems';
import { compileHeaders, type HeaderFormat, type HeadersOption } from './compile-headers';
import { said } from '../said.spec-support';

function namesOf(option: HeadersOption, policy: PolicyDecision): string[] {
  const names: string[] = [];
  compileHeaders(option).write(new FoldedDecision([policy]), (name) => names.push(name));
  return names;
}

const denied = said({ outcome: 'denied', remaining: 0, retryAfterMs: 4_200 });
const impossible = said({ outcome: 'impossible', retryAfterMs: Infinity });

const formats: [HeadersOption, string[]][] = [
  ['draft-11', ['RateLimit-Policy', 'RateLimit']],
  ['draft-7', ['RateLimit-Policy', 'RateLimit']],
  ['draft-6', ['RateLimit-Policy', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset']],
  ['x-ratelimit', ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']],
  [['draft-7'], ['RateLimit-Policy', 'RateLimit']],
  [
    ['draft-11', 'x-ratelimit'],
    ['RateLimit-Policy', 'RateLimit', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
  ],
  [
    ['draft-7', 'draft-6'],
    ['RateLimit-Policy', 'RateLimit', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'],
  ],
  [
    ['x-ratelimit', 'x-ratelimit'],
    ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
  ],
];

test.each(formats)('%j has the same fields on success and refusal, and Retry-After on denial', (option, names) => {
  expect(namesOf(option, said())).toEqual(names);
  expect(namesOf(option, impossible)).toEqual(names);
  expect(namesOf(option, denied)).toEqual([...names, 'Retry-After']);
});

test('Retry-After is in whole seconds, rounded up', () => {
  const fields: Record<string, string> = {};
  compileHeaders('draft-11').write(new FoldedDecision([denied]), (name, value) => {
    fields[name] = value;
  });
  expect(fields['Retry-After']).toBe('5');
});

test('false sends nothing', () => {
  expect(namesOf(false, denied)).toEqual([]);
});

test.each([
  [['draft-11', 'draft-7'], 'headers: is "draft-11" and "draft-7", of which two give RateLimit-Policy'],
  [['draft-6', 'x-ratelimit', 'draft-11'], 'of which two give RateLimit-Policy different meanings'],
  ['draft-8', 'headers: is "draft-8". Write false, or one or more of "draft-11", "draft-7", "draft-6", "x-ratelimit".'],
  [['draft-11', 'toString'], 'headers: is "toString".'],
  [[], 'headers: is an empty list.'],
  [true, 'headers: is true.'],
  [null, 'headers: is null.'],
])('%j is refused', (option, message) => {
  const compile = () => compileHeaders(option as HeaderFormat[]);
  expect(compile).toThrow(ConfigurationError);
  expect(compile).toThrow(message);
});

test('problems may be collected with those of other options', () => {
  const problems = new Problems();
  compileHeaders('draft-8' as 'draft-7', problems);
  expect(problems.found).toHaveLength(1);
});
