import { join } from 'node:path';
import { type Manifest, root } from './kustomize';

type Validate = ((value: unknown) => boolean) & {
  readonly errors:
    readonly { readonly instancePath: string; readonly message?: string; readonly keyword: string }[] | null;
};

/** Of Kubernetes 1.27 and the Prometheus operator: validators made from their OpenAPI descriptions, in files that the packages do not name. */
function validatorOf({ apiVersion, kind }: Manifest): Validate {
  const [group, version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  const file =
    group === 'monitoring.coreos.com'
      ? `@kubernetes-models/prometheus-operator/_schemas/MonitoringCoreosCom${capital(version)}${kind}`
      : `kubernetes-models/_schemas/IoK8sApi${capital(group!.split('.')[0]!)}${capital(version)}${kind}`;
  return jest.requireActual<{ validate: Validate }>(join(root, 'node_modules', file)).validate;
}

/**
 * What is wrong with a manifest, as a line each. The schemas let fields pass that they do not know, as Kubernetes does
 * unless told otherwise; a validator never looks at those, and that is how they are found here.
 */
export function problemsOf(manifest: Manifest): string[] {
  const validate = validatorOf(manifest);
  const seen = new Set<string>();
  const errors = validate(watched(manifest, '', seen)) ? [] : (validate.errors ?? []);
  return [
    ...errors.map(({ instancePath, message, keyword }) => `${instancePath}: ${message ?? keyword}`),
    ...unseen(manifest, '', seen).map((path) => `${path}: no such field`),
  ];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function watched(value: unknown, path: string, seen: Set<string>): unknown {
  if (!isObject(value)) return value;
  return new Proxy(value, {
    get(target, key) {
      const child: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol') return child;
      seen.add(`${path}/${key}`);
      return watched(child, `${path}/${key}`, seen);
    },
  });
}

function unseen(value: unknown, path: string, seen: ReadonlySet<string>): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const place = `${path}/${key}`;
    return seen.has(place) ? unseen(child, place, seen) : [place];
  });
}
