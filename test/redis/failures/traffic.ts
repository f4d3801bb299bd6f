import { Agent, get } from 'node:http';
import { StoreUnavailableError } from 'nest-floodgate';
import { Load, type Timed } from '../../support/load';
import { DEADLINE_MS, type Instance, LIMIT, type Mode, MODES, PER_MS } from './fleet';

/** What a call by code came to. `unavailable`: it rejected, as a policy that is closed wants it. */
export interface Told {
  readonly mode: Mode;
  readonly key: string;
  readonly result: 'allowed' | 'denied' | 'unavailable';
  readonly source: string;
}

/** What a request came to: its status, or the code of the error that it met. */
export interface Response {
  readonly mode: Mode;
  readonly status: string;
}

const GREEDY_PER_SECOND = 300;
const GREEDY_KEYS = 3;
const STEADY_KEYS = 3;
/** So long, and a little more, does a breaker wait for its probe that calls have opened which were late for our own sake. */
const AFTER_STALL_MS = 400;
/** All by one client, who asks each route for more than its limit. */
const REQUESTS_PER_SECOND = 90;

/** What clients do to a fleet, each in turns at all of its instances. */
export class Traffic {
  /** Clients that ask for more than their limit, by code, of all three modes. */
  private readonly greedy: Load<Told>;
  /** Clients at half of their limit. */
  private readonly steady: Load<Told>;
  /** Requests over HTTP, to a route of each mode. */
  private readonly requests: Load<Response>;
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly instances: readonly Instance[]) {
    this.greedy = new Load(GREEDY_PER_SECOND, (i) => {
      // Two thirds fall to the mode that counts.
      const mode = MODES[i % 6] ?? 'local';
      return this.decide(i, mode, `greedy-${Math.floor(i / 6) % GREEDY_KEYS}`);
    });
    const steadyPerSecond = (STEADY_KEYS * LIMIT) / 2 / (PER_MS / 1_000);
    this.steady = new Load(steadyPerSecond, (i) =>
      this.decide(Math.floor(i / STEADY_KEYS), 'local', `steady-${i % STEADY_KEYS}`),
    );
    this.requests = new Load(REQUESTS_PER_SECOND, (i) => this.request(i));
  }

  /** What the greedy ones have been told so far. */
  get told(): readonly (Told & Timed)[] {
    return this.greedy.answers;
  }

  /** Whether this process stood still, for so long that calls missed their deadline, just before one was made. */
  isExcused({ sentMs }: Timed): boolean {
    return this.greedy.longestStallMs(sentMs - AFTER_STALL_MS, sentMs + DEADLINE_MS) > DEADLINE_MS / 2;
  }

  async stop() {
    const [greedy, steady, responses] = await Promise.all([
      this.greedy.stop(),
      this.steady.stop(),
      this.requests.stop(),
    ]);
    this.agent.destroy();
    return { greedy, steady, responses };
  }

  private async decide(turn: number, mode: Mode, key: string): Promise<Told> {
    const { limiter } = this.instanceOf(turn + Math.floor(turn / 6));
    try {
      const { allowed, source } = await limiter.consume(mode, key);
      return { mode, key, result: allowed ? 'allowed' : 'denied', source };
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      return { mode, key, result: 'unavailable', source: 'none' };
    }
  }

  private request(index: number): Promise<Response> {
    const mode = MODES[index % MODES.length]!;
    const { url } = this.instanceOf(Math.floor(index / MODES.length));
    const headers = { 'x-forwarded-for': '198.18.7.1' };
    return new Promise((resolve) => {
      const sent = get(`${url}/${mode}`, { agent: this.agent, headers }, (response) => {
        response.resume().on('end', () => {
          resolve({ mode, status: String(response.statusCode) });
        });
      });
      sent.on('error', (error) => {
        resolve({ mode, status: (error as NodeJS.ErrnoException).code ?? error.message });
      });
    });
  }

  private instanceOf(turn: number): Instance {
    return this.instances[turn % this.instances.length]!;
  }
}
