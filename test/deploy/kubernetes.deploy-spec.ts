import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsOf } from './kubernetes-schemas';
import { build, type Manifest, root } from './kustomize';

interface Container {
  readonly image: string;
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly env?: readonly {
    readonly name: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string } };
  }[];
  readonly resources: { readonly requests: object; readonly limits: { readonly memory: string } };
  readonly securityContext: object;
  readonly startupProbe: { readonly httpGet?: { readonly path: string } };
  readonly readinessProbe: { readonly httpGet?: { readonly path: string } };
  readonly livenessProbe: { readonly httpGet?: { readonly path: string } };
}

interface Pods {
  readonly replicas?: number;
  readonly template: {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: {
      readonly containers: readonly [Container];
      readonly securityContext: object;
      readonly terminationGracePeriodSeconds: number;
      readonly topologySpreadConstraints?: readonly object[];
      readonly volumes?: readonly { readonly configMap?: { readonly name: string } }[];
    };
  };
}

jest.setTimeout(30_000);

const overlays = ['overlays/local', 'overlays/production', 'overlays/production-managed'];

const named = (manifests: readonly Manifest[], kind: string, name: string) =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
const settings = (manifests: readonly Manifest[]) =>
  manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && /^floodgate-[a-z0-9]{10}$/.test(metadata.name))?.data;

describe.each(overlays)('k8s/%s', (overlay) => {
  const manifests = build(overlay);
  const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');

  test('keeps to the schemas of Kubernetes and of the Prometheus operator', () => {
    const problems = manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, problemsOf(manifest)]);
    expect(problems.filter(([, found]) => found!.length > 0)).toEqual([]);
    expect(manifests.length).toBeGreaterThan(10);
  });

  test('puts everything into the namespace that it makes, where pods must be restricted', () => {
    const [namespace, ...others] = manifests.sort(({ kind }) => (kind === 'Namespace' ? -1 : 0));
    expect(namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    expect(others.filter(({ metadata }) => metadata.namespace !== namespace?.metadata.name)).toEqual([]);
  });

  test.each(workloads)('$kind $metadata.name runs as nobody special, on a disk it cannot write', ({ spec }) => {
    const { securityContext, containers } = (spec as Pods).template.spec;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const container of containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toMatchObject({ requests: { cpu: expect.any(String) }, limits: {} });
      expect(container.resources.limits.memory).toMatch(/^\d+Mi$/);
    }
  });

  test('names only configuration and secrets that are there, or that the documents tell to make', () => {
    const made = manifests.filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret');
    const names = made.map(({ metadata }) => metadata.name);
    names.push('floodgate-admin');
    if (overlay !== 'overlays/local') names.push('floodgate-redis');
    for (const { spec } of workloads) {
      const { containers, volumes = [] } = (spec as Pods).template.spec;
      const [{ env = [], envFrom = [] }] = containers;
      expect(names).toEqual(expect.arrayContaining(envFrom.map(({ configMapRef }) => configMapRef.name)));
      expect(names).toEqual(
        expect.arrayContaining(env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? [])),
      );
      expect(names).toEqual(expect.arrayContaining(volumes.flatMap(({ configMap }) => configMap?.name ?? [])));
    }
  });

  test('lets the app alone reach Redis', () => {
    const redis = manifests.filter(({ kind, metadata }) => kind === 'StatefulSet' && /redis/.test(metadata.name));
    for (const { metadata } of redis) {
      const { spec } = named(manifests, 'NetworkPolicy', metadata.name)!;
      const { podSelector, ingress } = spec as { podSelector: object; ingress: { from: { podSelector: object }[] }[] };
      expect(podSelector).toEqual({ matchLabels: { 'app.kubernetes.io/name': metadata.name } });
      const allowed = ingress.flatMap(({ from }) => from.map((peer) => JSON.stringify(peer)));
      expect(allowed[0]).toBe('{"podSelector":{"matchLabels":{"app.kubernetes.io/name":"floodgate"}}}');
      expect(allowed.slice(1).filter((peer) => !/"floodgate-(?:redis|sentinel)"/.test(peer))).toEqual([]);
    }
  });

  test('has settings that .env.example explains', () => {
    const explained = readFileSync(join(root, '.env.example'), 'utf8').match(/^\w+(?==)/gm);
    expect(explained).toEqual(expect.arrayContaining(Object.keys(settings(manifests)!)));
  });
});

describe('the app in production', () => {
  const manifests = build('overlays/production');
  const { replicas, template } = named(manifests, 'Deployment', 'floodgate')!.spec as Pods;
  const [container] = template.spec.containers;

  test('has three instances that share the limits and are spread over zones and nodes', () => {
    // Their number is the autoscaler's alone: an apply would set it back to what is written here, in the middle of a flood.
    expect(replicas).toBeUndefined();
    expect(settings(manifests)).toMatchObject({ RATE_LIMIT_INSTANCES: '3', TRUSTED_PROXIES: 'private' });
    expect(template.spec.topologySpreadConstraints).toHaveLength(2);
    expect(named(manifests, 'HorizontalPodAutoscaler', 'floodgate')?.spec).toMatchObject({ minReplicas: 3 });
    expect(named(manifests, 'PodDisruptionBudget', 'floodgate')?.spec).toMatchObject({ maxUnavailable: 1 });
  });

  test('is probed where it answers, and has time to end', () => {
    const { startupProbe, readinessProbe, livenessProbe } = container;
    expect(startupProbe.httpGet?.path).toBe('/startupz');
    expect(readinessProbe.httpGet?.path).toBe('/readyz');
    expect(livenessProbe.httpGet?.path).toBe('/livez');
    // preStop takes 5 s, and the requests under way at most 10 s.
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(15);
  });

  test('finds its Redis through the Sentinels, or at the managed address with TLS', () => {
    expect(settings(manifests)!['RATE_LIMIT_REDIS_SENTINELS']!.split(',')).toHaveLength(3);
    expect(settings(build('overlays/production-managed'))).toMatchObject({ RATE_LIMIT_REDIS_TLS: 'true' });
  });

  test('starts without a token of the admin page, which nobody can open then', () => {
    const [token] = (container.env ?? []).filter(({ name }) => name === 'ADMIN_TOKEN');
    expect(token?.valueFrom?.secretKeyRef).toEqual({ name: 'floodgate-admin', key: 'token', optional: true });
  });

  test('has no secret in what is kept in git, and an image of a version', () => {
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const { spec } of manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')) {
      expect((spec as Pods).template.spec.containers[0].image).toMatch(/:\d/);
    }
  });
});

test.each(['redis/start.sh', 'redis-sentinel/start-redis.sh', 'redis-sentinel/start-sentinel.sh'])(
  '%s is a script that sh reads',
  (file) => {
    const { status, stderr } = spawnSync('sh', ['-n', join(root, 'k8s/components', file)], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  },
);

describe('the schemas', () => {
  const deployment = build('overlays/production').find(({ kind }) => kind === 'Deployment')!;
  const broken = (search: string, replacement: string): string[] => {
    const text = JSON.stringify(deployment);
    expect(text).toContain(search);
    return problemsOf(JSON.parse(text.replace(search, replacement)) as Manifest);
  };

  test.each([
    ['a wrong type', '"revisionHistoryLimit":5', '"revisionHistoryLimit":"five"', '/spec/revisionHistoryLimit: type'],
    ['a missing field', '"selector"', '"selectr"', '/spec: required'],
    [
      'a misspelt field',
      '"livenessProbe"',
      '"livenessProb"',
      '/spec/template/spec/containers/0/livenessProb: no such field',
    ],
  ])('find %s', (_, search, replacement, problem) => {
    expect(broken(search, replacement)).toContain(problem);
  });
});
