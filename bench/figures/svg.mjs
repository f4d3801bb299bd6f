/** As GitHub's own pages look, whose background shows through. */
export const THEMES = {
  light: { text: '#1f2328', muted: '#59636e', line: '#d1d9e0', ours: '#0969da', oursToo: '#80ccff', peer: '#afb8c1' },
  dark: { text: '#f0f6fc', muted: '#9198a1', line: '#3d444d', ours: '#4493f8', oursToo: '#1f4f8f', peer: '#656c76' },
};

export const WIDTH = 800;
export const MARGIN = 16;
const FONT = 'ui-sans-serif, system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';
const HEAD = 58;
const FOOT = 34;

/** A chart with its title above and what made it below. `body` is drawn in a height of `height`, from y = 0. */
export function page({ title, subtitle, command, machine, height, theme, body }) {
  const { muted, text } = THEMES[theme];
  const total = HEAD + height + FOOT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" width="${WIDTH}" height="${total}"` +
      ` role="img" aria-label="${escape(`${title}: ${subtitle}`)}" font-family="${FONT}">`,
    write(MARGIN, 24, title, { size: 16, weight: 600, fill: text }),
    write(MARGIN, 43, subtitle, { size: 12.5, fill: muted }),
    `<g transform="translate(0 ${HEAD})">`,
    ...body,
    '</g>',
    write(MARGIN, total - 12, `${command} · ${machine}`, { size: 11, fill: muted }),
    '</svg>',
    '',
  ].join('\n');
}

export function write(x, y, text, { size = 13, weight = 400, fill, anchor = 'start' }) {
  const bold = weight === 400 ? '' : ` font-weight="${weight}"`;
  const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}"${bold}${place} fill="${fill}">${escape(text)}</text>`;
}

export function bar(x, y, width, height, fill, radius = 3) {
  const shape = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect ${shape} rx="${radius}" fill="${fill}"/>`;
}

export function line(x1, y1, x2, y2, stroke, extra = '') {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${stroke}"${extra}/>`;
}

export function dot(x, y, radius, fill) {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="${fill}"/>`;
}

const round = (number) => Number(number.toFixed(1));

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
