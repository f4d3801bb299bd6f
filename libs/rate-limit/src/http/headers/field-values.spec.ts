import { parseItem } from 'structured-headers';
import { integerText, quotedText } from './field-values';

test.each([
  [0, '0'],
  [0.999, '0'],
  [199.9, '199'],
  [1e9, '1000000000'],
  [999_999_999_999_999, '999999999999999'],
  [1e15, '999999999999999'],
  [1e21, '999999999999999'],
  [Infinity, '999999999999999'],
  [-1, '0'],
  [NaN, '0'],
])('%d is the integer %s', (value, text) => {
  expect(integerText(value)).toBe(text);
  expect(parseItem(text)).toEqual([Number(text), new Map()]);
});

test.each([
  ['default', '"default"'],
  ['', '""'],
  ['a "b" \\c', '"a \\"b\\" \\\\c"'],
  ['Größe\r\nSet-Cookie: x', '"Gr??e??Set-Cookie: x"'],
])('%j is the string %s', (value, text) => {
  expect(quotedText(value)).toBe(text);
  expect(parseItem(text)[0]).toBe(value.replace(/[^\x20-\x7e]/g, '?'));
});
