import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export const root = resolve(__dirname, '../..');

/** What `kubectl apply -k` would send for a folder below k8s/. */
export function build(folder: string): Manifest[] {
  const { findKubectl } = jest.requireActual<{ findKubectl: () => string | undefined }>('../../tools/kubectl.mjs');
  const kubectl = findKubectl();
  if (kubectl === undefined) throw new Error('There is no kubectl. Run: node tools/bootstrap.mjs deploy');
  const output = execFileSync(kubectl, ['kustomize', join(root, 'k8s', folder)], { encoding: 'utf8', stdio: 'pipe' });
  return parseAllDocuments(output).map((document) => document.toJS() as Manifest);
}
