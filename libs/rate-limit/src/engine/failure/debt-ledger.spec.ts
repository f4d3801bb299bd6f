import * as fc from 'fast-check';
import { StoreUnavailableError } from '../../core/errors';
import type { Charge } from '../../core/store';
import { FakeClock, quotaOf } from '../../testing';
import { DebtLedger } from './debt-ledger';
import { failureOf } from './store-failure';

const MAX_KEYS = 50;
const quota = quotaOf({ algorithm: 'sliding-window', limit: 10, per: '1m' });

let clock: FakeClock;
let ledger: DebtLedger;

beforeEach(() => {
  clock = new FakeClock();
  ledger = new DebtLedger(MAX_KEYS);
});

const charge = (client: number): Charge => ({ bucketId: 'read', identity: `ip:${client}`, quota, cost: 1 });
const spend = (client: number, units = 1): void => {
  ledger.spend(charge(client), units, clock.nowTicks());
};
const handOver = (...clients: number[]) => ledger.handOver(clients.map(charge), clock.nowTicks());
const owed = (client: number): number =>
  (handOver(client)?.charges[0]?.owed ?? []).reduce((sum, { units }) => sum + units, 0);

describe('the ledger', () => {
  it('hands over what each bucket of a call owes, and leaves alone those that owe nothing', () => {
    spend(1, 2);
    clock.advance(1_000);
    spend(1, 3);
    const handover = handOver(2, 1);
    expect(handover?.charges[0]).not.toHaveProperty('owed');
    expect(handover?.charges[1]?.owed).toEqual([
      { units: 2, agoTicks: 8_000_000 },
      { units: 3, agoTicks: 0 },
    ]);
    expect([ledger.size, handOver(1)]).toEqual([0, undefined]);
  });

  it('takes a debt back beside what came since', () => {
    spend(1, 2);
    const handover = handOver(1)!;
    clock.advance(1_000);
    spend(1, 3);
    ledger.takeBack(handover, failureOf(new StoreUnavailableError('not connected', false)), clock.nowTicks());
    expect(owed(1)).toBe(5);
  });

  it('forgives the debts that grew longest ago when there are too many', () => {
    for (let client = 0; client < MAX_KEYS; client++) spend(client);
    spend(0);
    for (let client = 100; client < 110; client++) spend(client);
    expect(ledger.size).toBe(MAX_KEYS);
    expect([0, 1, 10, 11, 109].map(owed)).toEqual([2, 0, 0, 1, 1]);
  });

  it('forgives those alone, whatever is spent and handed over in between', () => {
    const steps = fc.array(fc.record({ client: fc.nat(2 * MAX_KEYS), isSpent: fc.boolean() }), {
      maxLength: 200,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (taken) => {
        ledger = new DebtLedger(5);
        const model = new Map<number, number>();
        for (const { client, isSpent } of taken) {
          const units = model.get(client) ?? 0;
          model.delete(client);
          if (isSpent) spend(client);
          else expect(owed(client)).toBe(units);
          if (isSpent) model.set(client, Math.min(10, units + 1));
          for (const oldest of [...model.keys()].slice(0, Math.max(0, model.size - 5))) model.delete(oldest);
        }
        expect(ledger.size).toBe(model.size);
      }),
    );
  });

  it('lets go by and by of what is over, though nobody asks for it', () => {
    for (let client = 0; client < MAX_KEYS; client++) spend(client);
    clock.advance(60_000);
    for (let call = 0; call < MAX_KEYS; call++) handOver(999);
    expect(ledger.size).toBe(0);
  });
});
