import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { build, root } from './kustomize';
import { metricNames, metricsIn } from './metric-names';

jest.setTimeout(30_000);

const folder = join(root, 'observability', 'prometheus');
const files = (name: string) => readdirSync(join(folder, name)).map((file) => join(folder, name, file));
const promtool = (...args: string[]) => spawnSync('promtool', args, { encoding: 'utf8' });

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

const groupsOf = (file: string) => (parse(readFileSync(file, 'utf8')) as { groups: Group[] }).groups;
const rules = files('rules').flatMap((file) => groupsOf(file).flatMap((group) => group.rules));
const alerts = rules.filter(({ alert }) => alert !== undefined);
const recorded = rules.flatMap(({ record }) => record ?? []);

test('promtool accepts the rules', () => {
  const { status, stdout, stderr } = promtool('check', 'rules', ...files('rules'));
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.match(/SUCCESS/g)).toHaveLength(files('rules').length);
});

test('promtool accepts the configuration', () => {
  const { status, stdout, stderr } = promtool('check', 'config', join(folder, 'prometheus.yml'));
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('is valid prometheus config file syntax');
});

test('the alerts fire when they should, and at no other time', () => {
  const { status, stdout, stderr } = promtool('test', 'rules', ...files('tests'));
  expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
});

test('every alert is tried, firing and not firing', () => {
  interface Tried {
    readonly alertname: string;
    readonly exp_alerts: readonly object[];
  }
  const tried = files('tests').flatMap((file) =>
    (parse(readFileSync(file, 'utf8')) as { tests: { alert_rule_test: Tried[] }[] }).tests.flatMap(
      ({ alert_rule_test }) => alert_rule_test,
    ),
  );
  const names = (fires: boolean) =>
    new Set(tried.filter(({ exp_alerts }) => exp_alerts.length > 0 === fires).map(({ alertname }) => alertname));
  const expected = new Set(alerts.map(({ alert }) => alert));
  expect(names(true)).toEqual(expected);
  expect(names(false)).toEqual(expected);
});

test.each(alerts)(
  '$alert says how bad it is, what it means, and where its runbook is',
  ({ alert, labels, annotations }) => {
    expect(['critical', 'warning', 'info']).toContain(labels?.severity);
    expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
    expect(annotations?.['runbook_url']).toBe(`docs/runbooks.md#${alert!.toLowerCase()}`);
    const runbooks = readFileSync(join(root, 'docs/runbooks.md'), 'utf8');
    const section = new RegExp(`^## ${alert!}\\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(runbooks)?.[1];
    expect(section).toMatch(/```/);
  },
);

test('docs/runbooks.md has no section for an alert that is gone', () => {
  const sections = readFileSync(join(root, 'docs/runbooks.md'), 'utf8').match(/(?<=^## )RateLimit\w+$/gm);
  expect(sections).toEqual(alerts.map(({ alert }) => alert));
});

test('the rules read metrics that the library has, and what other rules make of them', () => {
  const known = metricNames();
  for (const { expr } of rules) {
    expect(metricsIn(expr).filter((name) => !known.has(name))).toEqual([]);
    const made = expr.match(/\b(?:job|policy|policy_result_mode|source):[\w:]+/g) ?? [];
    expect(recorded).toEqual(expect.arrayContaining(made));
    expect(metricsIn(expr).length + made.length).toBeGreaterThan(0);
  }
});

test('the Prometheus operator gets the same rules', () => {
  const manifest = build('overlays/production').find(({ kind }) => kind === 'PrometheusRule');
  const groups = ['recording', 'alerts'].flatMap((name) => groupsOf(join(folder, 'rules', `${name}.yml`)));
  expect(manifest?.spec).toEqual({ groups });
});
