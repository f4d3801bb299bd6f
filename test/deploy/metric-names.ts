import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kustomize';

/** A histogram is scraped as several series. */
const SUFFIXES = /_(?:bucket|sum|count)$/;

/** The names that the library gives its metrics: each stands as a text of its own in its sources. */
export function metricNames(): Set<string> {
  const folder = join(root, 'libs/rate-limit/src/metrics');
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  const texts = sources.map((file) => readFileSync(join(folder, file), 'utf8'));
  return new Set(texts.flatMap((text) => text.match(/(?<=['"`])rate_limit_[a-z_]+(?=['"`])/g) ?? []));
}

/** The metrics that a query reads, without what recording rules make. */
export function metricsIn(query: string): string[] {
  const names = query.match(/(?<![\w:])rate_limit_[a-z_]+(?![\w:])/g) ?? [];
  return names.map((name) => name.replace(SUFFIXES, ''));
}
