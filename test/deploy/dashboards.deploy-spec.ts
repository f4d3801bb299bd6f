import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { build, root } from './kustomize';
import { metricNames, metricsIn } from './metric-names';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: object;
  readonly targets?: readonly { readonly expr: string; readonly datasource: object }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

interface Dashboard {
  readonly id: null;
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly links: readonly { readonly url: string }[];
}

const folder = join(root, 'observability', 'grafana', 'dashboards');
const files = readdirSync(folder);
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const source = { type: 'prometheus', uid: '${datasource}' };

describe.each(files)('%s', (file) => {
  const { id, uid, panels, templating, links } = JSON.parse(read(file)) as Dashboard;
  const shown = panels.filter(({ type }) => type !== 'row');

  test('can be imported and provisioned: no id, a uid of its own, and the data source to choose', () => {
    expect(id).toBeNull();
    expect(uid).toBe(`ratelimit-${file.replace('.json', '')}`);
    expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    for (const { datasource, targets = [] } of shown) {
      expect([datasource, ...targets.map((target) => target.datasource)]).toEqual(
        Array.from({ length: targets.length + 1 }, () => source),
      );
    }
  });

  test('has panels with ids and places of their own, which say what they show', () => {
    expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
    expect(shown.filter(({ description }) => !description)).toEqual([]);
  });

  test('asks for metrics that the library has, and uses variables that are there', () => {
    const known = metricNames();
    const variables = templating.list.map(({ name }) => name);
    const queries = shown.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(10);
    for (const query of [...queries, ...(read(file).match(/label_values\([^)]*\)/g) ?? [])]) {
      expect(metricsIn(query).filter((name) => !known.has(name))).toEqual([]);
      const used = Array.from(query.matchAll(/\$(?!__)(\w+)/g), ([, name]) => name!);
      expect(variables).toEqual(expect.arrayContaining(used));
    }
  });

  test('leads to the other dashboard and to the admin UI', () => {
    const others = files.filter((name) => name !== file).map((name) => `/d/ratelimit-${name.replace('.json', '')}`);
    expect(links.map(({ url }) => url)).toEqual([...others, '${adminUrl}']);
  });

  test('reaches a cluster as it is, in a ConfigMap that the sidecar of Grafana finds', () => {
    const maps = build('overlays/production').filter(({ data = {} }) => file in data);
    expect(maps).toHaveLength(1);
    expect(maps[0]!.data![file]).toBe(read(file));
    expect(maps[0]!.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  });
});

test('Grafana is given its data source and the folder of dashboards that Compose mounts', () => {
  const provisioning = join(root, 'observability/grafana/provisioning');
  const yaml = (file: string): unknown => parse(readFileSync(join(provisioning, file), 'utf8'));
  expect(yaml('datasources/prometheus.yml')).toMatchObject({ datasources: [{ url: 'http://prometheus:9090' }] });
  const { providers } = yaml('dashboards/floodgate.yml') as { providers: [{ options: { path: string } }] };
  const compose = parse(readFileSync(join(root, 'docker-compose.observability.yml'), 'utf8'));
  expect(compose.services.grafana.volumes).toContain(
    `./observability/grafana/dashboards:${providers[0].options.path}:ro`,
  );
});
