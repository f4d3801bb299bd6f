// Runs every check of the workspace and ends with the line `N passed, N failed`.
// A failing step does not stop the others, so that one run shows everything. Arguments name the steps to run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = mkdtempSync(join(tmpdir(), 'floodgate-test-'));
const LONGEST_REASON = 120;

function run(command, stdio) {
  return new Promise((resolve) => {
    const child = spawn(command, { cwd: root, shell: true, stdio });
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** A script that passes or fails as a whole; what it prints matters only when it fails. */
const script = (name) => ({
  name,
  async check() {
    const { ok, output } = await run(`npm run --silent ${name}`, ['ignore', 'pipe', 'pipe']);
    const problems = ok ? [] : [`npm run ${name} failed`];
    return { passed: ok ? 1 : 0, problems, secondTries: [], output: ok ? '' : output };
  },
});

/**
 * A Jest project. Tests that did not run count as failed: nothing skips quietly. It ends when its tests have: a test that
 * failed may leave a server running, which is ended with it. Its files run one after another, or two at
 * a time where most of their time is waiting or where nothing in them is timed.
 */
const jest = (name, workers = 1) => ({
  name,
  async check() {
    const file = join(reports, `${name}.json`);
    const options = `--forceExit --maxWorkers ${workers} --selectProjects ${name} --json --outputFile="${file}"`;
    const { ok } = await run(`npx jest ${options}`, ['ignore', 'ignore', 'inherit']);
    return readReport(name, file, ok);
  },
});

function readReport(name, file, ok) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, problems: [`${name}: no test ran`], secondTries: [] };
  }
  const problems = [];
  const secondTries = [];
  for (const suite of report.testResults) {
    const tests = suite.assertionResults;
    const bad = tests.filter(({ status }) => status !== 'passed');
    for (const { status, fullName } of bad) {
      problems.push(`${name}: ${fullName}${status === 'failed' ? '' : ` did not run (${status})`}`);
    }
    const again = tests.filter(({ status, invocations }) => status === 'passed' && invocations > 1);
    secondTries.push(...again.map(({ fullName, retryReasons }) => toldOf(`${name}: ${fullName}`, retryReasons)));
    if (suite.status === 'failed' && bad.length === 0) problems.push(`${name}: ${suite.name.slice(root.length + 1)}`);
  }
  if (report.numTotalTests === 0 && problems.length === 0) problems.push(`${name}: no test ran`);
  if (!ok && problems.length === 0) problems.push(`${name}: Jest failed after its tests`);
  return { passed: report.numPassedTests, problems, secondTries };
}

/** A test that passed at its second try, with the first line of what was wrong at its first. */
function toldOf(test, [reason = ''] = []) {
  const [line] = stripVTControlCharacters(reason).split('\n');
  return `${test} (at first: ${line.slice(0, LONGEST_REASON)})`;
}

// Groups run one after another; in a group its lanes side by side, and in a lane its steps one after another. Two lanes
// keep two processors busy; what needs both has a group to itself.
const groups = [
  // None of these lives by the clock, or looks at what a build writes; packing builds for itself.
  [
    [script('lint'), script('typecheck')],
    [jest('package'), jest('property')],
  ],
  [[script('build')], [jest('bench')]],
  [[jest('unit', 2)]],
  [[jest('e2e', 2)]],
  [[jest('redis', 2)]],
  [[jest('admin')], [jest('throttler'), jest('operating')]],
  [[jest('browser')]],
  [[jest('deploy')]],
];

/** What takes too long for every day; `npm run test:full` names them. */
const longGroups = [[[jest('full')]]];

async function timed(step) {
  const start = performance.now();
  const result = await step.check();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (result.output) console.log(result.output);
  const verdict = result.problems.length > 0 ? `${result.problems.length} failed` : 'ok';
  console.log(`${step.name.padEnd(10)} ${seconds.padStart(6)} s  ${verdict}`);
  return result;
}

async function inTurn(steps) {
  const results = [];
  for (const step of steps) results.push(await timed(step));
  return results;
}

function list(title, lines) {
  if (lines.length > 0) console.log(['', title, ...lines.map((line) => `  ${line}`)].join('\n'));
}

async function main(wanted) {
  const all = [...groups, ...longGroups];
  const names = all.flat(2).map(({ name }) => name);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`No step is called ${unknown.join(', ')}; the steps are ${names.join(', ')}.`);

  const results = [];
  for (const group of wanted.length === 0 ? groups : all) {
    const lanes = group.map((lane) => lane.filter(({ name }) => wanted.length === 0 || wanted.includes(name)));
    results.push(...(await Promise.all(lanes.map(inTurn))).flat());
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const problems = results.flatMap((result) => result.problems);
  list(
    'Passed at the second try:',
    results.flatMap((result) => result.secondTries),
  );
  list('Failed:', problems);
  console.log(`\n${passed} passed, ${problems.length} failed`);
  if (problems.length > 0) process.exitCode = 1;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
