import { dot, line, MARGIN, page, THEMES, WIDTH, write } from './svg.mjs';

const LABELS = 260;
const ROW = 32;
const AXIS = 26;
const LEGEND = 26;

/** Some values of each row as dots on one logarithmic axis, from the least to the most. The quickest row comes first. */
export function rangeChart({ rows, names, unitOf, ...frame }, theme) {
  const colours = THEMES[theme];
  const left = MARGIN + LABELS;
  const right = WIDTH - MARGIN - 34;
  const all = rows.flatMap(({ values }) => values);
  const lowest = Math.floor(Math.log10(Math.min(...all)));
  const highest = Math.ceil(Math.log10(Math.max(...all)));
  const xOf = (value) => left + ((Math.log10(value) - lowest) / (highest - lowest)) * (right - left);
  const bottom = AXIS + rows.length * ROW;
  const body = [];
  for (let power = lowest; power <= highest; power++) {
    const x = xOf(10 ** power);
    body.push(line(x, AXIS, x, bottom, colours.line));
    body.push(write(x, AXIS - 8, unitOf(10 ** power), { size: 11, fill: colours.muted, anchor: 'middle' }));
  }
  const sorted = rows.toSorted((a, b) => a.values[0] - b.values[0]);
  for (const [i, { label, isOurs, values }] of sorted.entries()) {
    const y = AXIS + i * ROW + ROW / 2;
    const [least, most] = [values[0], values.at(-1)];
    const [strong, faint] = isOurs ? [colours.ours, colours.oursToo] : [colours.muted, colours.peer];
    body.push(write(left - 14, y + 4.5, label, { fill: isOurs ? colours.text : colours.muted, anchor: 'end' }));
    body.push(line(xOf(least), y, xOf(most), y, faint, ' stroke-width="3" stroke-linecap="round"'));
    for (const value of values.slice(1)) body.push(dot(xOf(value), y, 4, faint));
    body.push(dot(xOf(least), y, 5.5, strong));
    body.push(write(xOf(least), y - 9, unitOf(least), { size: 11, fill: colours.text, anchor: 'middle' }));
  }
  body.push(write(left, bottom + 18, names, { size: 12, fill: colours.muted }));
  return page({ ...frame, theme, height: bottom + LEGEND, body });
}
