import { Load, type Timed } from '../support/load';

/** One answer of a probe. `status` is 0 where there was none. */
export interface Probed {
  readonly url: string;
  readonly probe: 'livez' | 'readyz';
  readonly status: number;
  readonly says: string;
}

const PROBES = ['livez', 'readyz'] as const;
const PER_SECOND = 40;

/** Asks the probes of some processes in turns, as an orchestrator does, only much more often. */
export class ProbeWatch {
  private readonly load: Load<Probed>;

  constructor(private readonly urls: readonly string[]) {
    this.load = new Load(PER_SECOND, (i) =>
      ask(urls[(i >> 1) % urls.length] as string, PROBES[i & 1] as 'livez' | 'readyz'),
    );
  }

  /** Milliseconds from an instant until each process has said this of itself, for the slowest; `undefined`: not yet. */
  saidAfterMs(says: string, fromMs: number): number | undefined {
    const firsts = this.urls.map((url) =>
      this.load.answers.find((one) => isReadyz(one, url) && one.sentMs >= fromMs && one.says === says),
    );
    const instants = firsts.flatMap((first) => first?.answeredMs ?? []);
    return instants.length < this.urls.length ? undefined : Math.max(...instants) - fromMs;
  }

  stop(): Promise<readonly (Probed & Timed)[]> {
    return this.load.stop();
  }
}

const isReadyz = ({ url, probe }: Probed, wanted: string): boolean => probe === 'readyz' && url === wanted;

async function ask(url: string, probe: Probed['probe']): Promise<Probed> {
  try {
    const response = await fetch(`${url}/${probe}`);
    const { status: says } = (await response.json()) as { readonly status: string };
    return { url, probe, status: response.status, says };
  } catch (error) {
    return { url, probe, status: 0, says: String(error) };
  }
}
