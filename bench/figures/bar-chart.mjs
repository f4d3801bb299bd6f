import { bar, line, MARGIN, page, THEMES, WIDTH, write } from './svg.mjs';

const LABELS = 300;
const VALUES = 120;
const ROW = 26;
const THICK = 15;
const GROUP_HEAD = 28;
const GROUP_GAP = 10;
const LEGEND = 26;

const sum = ({ parts }) => parts.reduce((total, part) => total + part, 0);

const ORDERS = {
  'longest first': (bars) => bars.toSorted((a, b) => sum(b) - sum(a)),
  'shortest first': (bars) => bars.toSorted((a, b) => sum(a) - sum(b)),
  'as given': (bars) => bars,
};

/**
 * Groups of bars on one scale. A bar has `parts`, drawn one after another, and the `text` of its value. `mark` is a value
 * with a line and a label of its own.
 */
export function barChart({ groups, legend, mark, order = 'longest first', ...frame }, theme) {
  const colours = THEMES[theme];
  const left = MARGIN + LABELS;
  const longest = Math.max(mark?.value ?? 0, ...groups.flatMap(({ bars }) => bars.map(sum)));
  const scale = (WIDTH - MARGIN - VALUES - left) / longest;
  const body = [];
  let y = mark === undefined ? 0 : 14;
  const top = y;
  for (const { name, bars } of groups) {
    if (name !== undefined) {
      body.push(write(MARGIN, y + 18, name, { size: 13, weight: 600, fill: colours.text }));
      y += GROUP_HEAD;
    }
    for (const { label, isOurs, parts, text } of ORDERS[order](bars)) {
      const base = y + ROW / 2 + 4.5;
      body.push(write(left - 10, base, label, { fill: isOurs ? colours.text : colours.muted, anchor: 'end' }));
      // The second part of a bar is fainter than the first.
      const fills = isOurs ? [colours.ours, colours.oursToo] : [colours.peer, colours.line];
      let x = left;
      for (const [i, part] of parts.entries()) {
        body.push(bar(x, y + (ROW - THICK) / 2, Math.max(1, part * scale), THICK, fills[i]));
        x += part * scale;
      }
      body.push(write(x + 7, base, text, { size: 12.5, weight: isOurs ? 600 : 400, fill: colours.text }));
      y += ROW;
    }
    y += GROUP_GAP;
  }
  if (mark !== undefined) {
    const x = left + mark.value * scale;
    body.unshift(line(x, top, x, y - GROUP_GAP, colours.line, ' stroke-dasharray="3 3"'));
    body.push(write(x, top - 3, mark.label, { size: 11, fill: colours.muted, anchor: 'middle' }));
  }
  if (legend !== undefined) {
    body.push(...legendOf(legend, left, y, colours));
    y += LEGEND;
  }
  return page({ ...frame, theme, height: y, body });
}

function legendOf(names, x, y, colours) {
  const [first, second] = names;
  return [
    bar(x, y + 4, 11, 11, colours.ours),
    bar(x + 13, y + 4, 11, 11, colours.peer),
    write(x + 31, y + 14, first, { size: 12, fill: colours.muted }),
    bar(x + 160, y + 4, 11, 11, colours.oursToo),
    bar(x + 173, y + 4, 11, 11, colours.line),
    write(x + 191, y + 14, second, { size: 12, fill: colours.muted }),
  ];
}
