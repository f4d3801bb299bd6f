import { CHARTS, draw } from './charts.mjs';
import { withFigures } from './markdown.mjs';
import { performanceFigures } from './performance-figures.mjs';
import { readmeFigures } from './readme-figures.mjs';
import { Rows } from './rows.mjs';
import { scalingFigures } from './scaling-figures.mjs';
import { THEMES } from './svg.mjs';

export const BENCH = 'docs/charts/bench.json';
export const SIMULATIONS = 'docs/charts/simulations.json';

/**
 * Every file that follows from the figures of a bench and of simulated fleets, as text by path. `read(path)` gives a
 * document as it is: only what stands between its markers changes.
 */
export function filesOf(json, fleets, read) {
  const rows = new Rows(json);
  const files = { [BENCH]: asText(json), [SIMULATIONS]: asText(fleets) };
  for (const name of Object.keys(CHARTS)) {
    for (const theme of Object.keys(THEMES)) files[`docs/charts/${name}-${theme}.svg`] = draw(name, rows, theme);
  }
  files['README.md'] = withFigures(read('README.md'), readmeFigures(rows));
  files['docs/performance.md'] = withFigures(read('docs/performance.md'), performanceFigures(rows));
  files['docs/scaling.md'] = withFigures(read('docs/scaling.md'), scalingFigures(fleets));
  return files;
}

const asText = (value) => `${JSON.stringify(value, null, 2)}\n`;
