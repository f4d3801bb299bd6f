// Simulates a fleet for planning. README.md says what is modelled. `--help` lists the options.
import { parseArgs } from 'node:util';
import { DEFAULTS, readOptions } from './options.mjs';
import { simulate } from './simulation.mjs';
import { tableOf } from './table.mjs';

const flags = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, { type: 'string' }]));
const { values } = parseArgs({ options: { ...flags, json: { type: 'boolean' }, help: { type: 'boolean' } } });

if (values.help) {
  for (const [name, { value, meaning }] of Object.entries(DEFAULTS)) {
    console.log(`  --${`${name} ${value}`.padEnd(28)} ${meaning}`);
  }
  console.log('  --json                         one JSON object instead of a table');
} else {
  try {
    const options = readOptions(values);
    const result = await simulate(options);
    console.log(values.json ? JSON.stringify({ options, result }) : tableOf(options, result));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
