import { type EntryDocument, isForgettable, supersedes } from './documents';

const HOUR = 3_600_000;
const actor = { id: 'x', name: 'x' };
const ban: EntryDocument = {
  ...{ kind: 'entry', id: 'b-1', version: 3, list: 'ban', target: { kind: 'key', key: 'user:1' }, policy: 'login' },
  ...{ origin: 'escalation', offences: 2, lengthMs: HOUR, reason: '', removed: false, expiresAtMs: 10 * HOUR },
  ...{ createdBy: actor, createdAtMs: 9 * HOUR, changedBy: actor, changedAtMs: 9 * HOUR },
};

describe('a ban made of denials', () => {
  test('is kept while it makes the next one longer, and an hour on top', () => {
    expect(isForgettable(ban, 13 * HOUR)).toBe(false);
    expect(isForgettable(ban, 13 * HOUR + 1)).toBe(true);
    expect(isForgettable({ ...ban, offences: 1_000 }, 58 * HOUR)).toBe(false);
    expect(isForgettable({ ...ban, offences: 1_000 }, 58 * HOUR + 1)).toBe(true);
  });

  test('that was taken back, or made by an operator, is kept for two days', () => {
    const removed = { ...ban, removed: true, changedAtMs: 10 * HOUR };
    for (const kept of [removed, { ...ban, origin: 'operator' } as const]) {
      expect(isForgettable(kept, 58 * HOUR)).toBe(false);
      expect(isForgettable(kept, 58 * HOUR + 1)).toBe(true);
    }
  });
});

describe('what the store has', () => {
  const again = { ...ban, version: 1, expiresAtMs: 20 * HOUR };

  test('takes the place of what is known, unless it is older', () => {
    expect(supersedes(ban, undefined, 0)).toBe(true);
    expect(supersedes(ban, ban, 0)).toBe(true);
    expect(supersedes(again, ban, 12 * HOUR)).toBe(false);
  });

  test('takes it also where another instance has forgotten that one, and it began anew', () => {
    expect(supersedes(again, ban, 13 * HOUR - 60_000)).toBe(true);
  });
});
