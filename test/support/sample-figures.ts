/** Requests by what became of them, as `GET /api/health/rate-limiter/stats` counts them. */
export type Outcomes = Readonly<Record<'allowed' | 'denied' | 'shadowDenied' | 'bypassed' | 'errors', number>>;

type BySource = Readonly<Record<string, number>>;

/** What the tests read of `GET /api/health/rate-limiter/stats`. */
export interface Stats {
  readonly complete: boolean;
  readonly total: {
    readonly requests: Outcomes;
    readonly policies: Readonly<
      Record<string, Outcomes & { readonly bySource: { readonly allowed: BySource; readonly denied: BySource } }>
    >;
  };
  readonly instances: readonly { readonly alive: boolean }[];
}

export async function statsOf(url: string): Promise<Stats> {
  return (await (await fetch(`${url}/api/health/rate-limiter/stats`)).json()) as Stats;
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** One line of what Prometheus reads. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What `GET /metrics` answers, as it is and line by line. */
export async function scrape(url: string): Promise<{ readonly text: string; readonly samples: readonly Sample[] }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { text, samples: lines.map(sampleOf) };
}

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = Array.from(labels.matchAll(/(\w+)="([^"]*)"/g), ([, label, text]) => [label, text] as const);
  return { name, labels: Object.fromEntries(pairs) as Sample['labels'], value: Number(value) };
}

/** The sum of a metric over all samples with these labels. */
export function total(samples: readonly Sample[], name: string, labels: Sample['labels'] = {}): number {
  const wanted = Object.entries(labels);
  return samples
    .filter((sample) => sample.name === name && wanted.every(([label, text]) => sample.labels[label] === text))
    .reduce((sum, { value }) => sum + value, 0);
}
