// Runs every check of the workspace and ends with the line `N passed, N failed`.
// A failing step does not stop the others, so that one run shows everything. Arguments name the steps to run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import jestConfig from '../jest.config.mjs';

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
  parts: [name],
  async check() {
    const { ok, output } = await run(`npm run --silent ${name}`, ['ignore', 'pipe', 'pipe']);
    const problems = ok ? [] : [`npm run ${name} failed`];
    return { passed: ok ? 1 : 0, problems, secondTries: [], output: ok ? '' : output };
  },
});

/**
 * Jest projects. Tests that did not run count as failed: nothing skips quietly. It ends when its tests have: a test that
 * failed may leave a server running, which is ended with it. So many files run at once: more than there are processors
 * where they wait most of their time.
 */
const jest = (projects, workers = 1) => ({
  parts: projects,
  async check(wanted) {
    const file = join(reports, `${wanted.join('-')}.json`);
    const named = `--selectProjects ${wanted.join(' ')}`;
    const options = `${named} --forceExit --maxWorkers ${workers} --json --outputFile="${file}"`;
    const { ok } = await run(`npx jest ${options}`, ['ignore', 'ignore', 'inherit']);
    return readReport(wanted, file, ok);
  },
});

function readReport(projects, file, ok) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    report = { testResults: [], numPassedTests: 0 };
  }
  const problems = [];
  const secondTries = [];
  const suites = report.testResults.map((suite) => ({ ...suite, path: suite.name.slice(root.length + 1) }));
  for (const { path, status: outcome, assertionResults: tests } of suites) {
    const bad = tests.filter(({ status }) => status !== 'passed');
    for (const { status, fullName } of bad) {
      problems.push(`${path}: ${fullName}${status === 'failed' ? '' : ` did not run (${status})`}`);
    }
    const again = tests.filter(({ status, invocations }) => status === 'passed' && invocations > 1);
    secondTries.push(...again.map(({ fullName, retryReasons }) => toldOf(`${path}: ${fullName}`, retryReasons)));
    if (outcome === 'failed' && bad.length === 0) problems.push(path);
  }
  const silent = projects.filter((project) => !suites.some(({ path }) => path.startsWith(folderOf(project))));
  problems.push(...silent.map((project) => `${project}: no test ran`));
  if (!ok && problems.length === 0) problems.push(`${projects.join(' ')}: Jest failed after its tests`);
  return { passed: report.numPassedTests, problems, secondTries };
}

/** Where a project has its tests, by the pattern of their names. */
function folderOf(project) {
  const { testMatch } = jestConfig.projects.find(({ displayName }) => displayName === project);
  return testMatch[0].slice('<rootDir>/'.length, testMatch[0].indexOf('*'));
}

/** A test that passed at its second try, with the first line of what was wrong at its first. */
function toldOf(test, [reason = ''] = []) {
  const [line] = stripVTControlCharacters(reason).split('\n');
  return `${test} (at first: ${line.slice(0, LONGEST_REASON)})`;
}

// Groups run one after another; in a group its steps side by side.
const groups = [
  // None of these lives by the clock, or looks at what a build writes; packing builds for itself.
  [script('lint'), script('typecheck'), jest(['package'])],
  [script('build')],
  [jest(['property', 'bench', 'unit', 'e2e'], 2)],
  [jest(['redis', 'admin', 'throttler', 'operating', 'deploy'], 3)],
  [jest(['browser'], 2)],
];

/** What takes too long for every day; `npm run test:full` names them. */
const longGroups = [[jest(['full'])]];

async function timed({ check }, wanted) {
  const start = performance.now();
  const result = await check(wanted);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (result.output) console.log(result.output);
  const verdict = result.problems.length > 0 ? `${result.problems.length} failed` : 'ok';
  console.log(`${wanted.join(' ').padEnd(42)} ${seconds.padStart(6)} s  ${verdict}`);
  return result;
}

function list(title, lines) {
  if (lines.length > 0) console.log(['', title, ...lines.map((line) => `  ${line}`)].join('\n'));
}

async function main(wanted) {
  const all = [...groups, ...longGroups];
  const names = all.flat().flatMap(({ parts }) => parts);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`No step is called ${unknown.join(', ')}; the steps are ${names.join(', ')}.`);

  const results = [];
  for (const group of wanted.length === 0 ? groups : all) {
    const steps = group.map((step) => [
      step,
      step.parts.filter((part) => wanted.length === 0 || wanted.includes(part)),
    ]);
    const running = steps.filter(([, parts]) => parts.length > 0).map(([step, parts]) => timed(step, parts));
    results.push(...(await Promise.all(running)));
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
