/** Rows as a table for people: the ratio first, then whatever else a row has. */
export function table(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, ratio, ...rest }) => `${name.padEnd(width)}  ${ratio.toFixed(2).padStart(6)}  ${details(rest)}`)
    .join('\n');
}

/** Rows as one JSON object by name. */
export function json(rows) {
  return JSON.stringify(Object.fromEntries(rows.map(({ name, ratio, ...rest }) => [name, { ratio, ...rest }])));
}

function details(figures) {
  return Object.entries(figures)
    .map(([name, figure]) => `${name} ${figure}`)
    .join(', ');
}
