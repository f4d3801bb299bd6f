/** A table whose columns line up, as Prettier writes it. */
export function table(head, rows) {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => [...cells[column]].length)));
  const padded = (cells) =>
    `| ${cells.map((cell, i) => cell + ' '.repeat(widths[i] - [...cell].length)).join(' | ')} |`;
  return [padded(head), padded(widths.map((width) => '-'.repeat(width))), ...rows.map(padded)].join('\n');
}

/** Light and dark, as the reader's GitHub is. `folder` leads from the document to the charts. */
export function picture(folder, name, alt) {
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="${folder}/${name}-dark.svg">`,
    `  <img alt="${alt}" src="${folder}/${name}-light.svg">`,
    '</picture>',
  ].join('\n');
}

/** The document with everything between its markers replaced. */
export function withFigures(document, figures) {
  const [start, end] = ['<!-- figures:start -->', '<!-- figures:end -->'];
  const [from, to] = [document.indexOf(start), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The document has no lines "${start}" and "${end}".`);
  return `${document.slice(0, from)}${start}\n\n${figures}\n\n${document.slice(to)}`;
}
