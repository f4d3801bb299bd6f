import type { RedisStoreConfig } from 'nest-floodgate';
import { FigureTable } from '../../support/load-figures';
import { until } from '../../support/load-until';
import type { RedisServer } from '../../support/redis/index.mjs';
import { drill, expectKept, type Outcome } from './drill';
import { Fleet } from './fleet';

/** Every key that would stay for ever, and how many keys there are at all. */
const FOR_EVER = `local cursor, count, forever = '0', 0, {}
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    count = count + 1
    if redis.call('PTTL', key) == -1 then forever[#forever + 1] = key end
  end
until cursor == '0'
return {tostring(count), unpack(forever)}`;

interface Stoppable {
  stop?(): Promise<void>;
  close?(): Promise<void>;
}

/** What one test file starts, measures and leaves behind. */
export class Scene {
  private readonly table: FigureTable;
  private readonly resources: Stoppable[] = [];

  constructor(title: string) {
    this.table = new FigureTable(title);
  }

  /** Kept until the test is over; what was started last ends first. */
  keep<Resource extends Stoppable>(resource: Resource): Resource {
    this.resources.unshift(resource);
    return resource;
  }

  async fleet(store: Omit<RedisStoreConfig, 'type'>): Promise<Fleet> {
    return this.keep(await Fleet.start(store));
  }

  /** A drill whose figures go to the table under the test's name. What must hold of every drill is looked at here. */
  async drill(fleet: Fleet, breakAndMend: () => Promise<unknown>, { losses = 0 } = {}): Promise<Outcome> {
    const outcome = await drill(fleet.instances, breakAndMend);
    this.note({ ...outcome.figures, 'log lines': fleet.lines.length });
    expectKept(outcome, { losses });
    return outcome;
  }

  note(figures: Outcome['figures']): void {
    this.table.add(expect.getState().currentTestName ?? '', figures);
  }

  async end(): Promise<void> {
    for (const resource of this.resources.splice(0)) await (resource.stop?.() ?? resource.close?.());
  }

  print(): void {
    this.table.print();
  }
}

/** Keys are there, and each has an end. */
export async function expectNoKeyForEver(...servers: readonly RedisServer[]): Promise<void> {
  let count = 0;
  for (const server of servers) {
    const [found, ...forever] = (await server.cli('EVAL', FOR_EVER, 0)).split('\n');
    expect(forever).toEqual([]);
    count += Number(found);
  }
  expect(count).toBeGreaterThan(0);
}

/** A fleet that was closed has left no connection; Redis may hear of the end of one a moment later. */
export async function expectNobodyConnected(server: RedisServer): Promise<void> {
  const isGone = async () => !(await server.cli('CLIENT', 'LIST')).includes('name=floodgate');
  await until('every connection to be gone', isGone);
}
