import { systemRecord } from './audit-record';
import { MemoryControlStore } from './memory-control-store';

test('a trail in memory can be read page by page, also where two things happened in one millisecond', async () => {
  const store = new MemoryControlStore();
  for (const target of ['search', 'login', 'plan']) {
    await store.note(systemRecord('override.expire', target, 'Its time was over.', 'here', 1_000));
  }
  const read: string[] = [];
  for (let before: string | undefined; ;) {
    const [record] = await store.records(before, 1);
    if (record === undefined) break;
    read.push(record.target);
    before = record.id;
  }
  expect(read).toEqual(['plan', 'login', 'search']);
});
