import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../support/load-until';
import { launch, PATIENCE_MS } from './support/browser';
import { isLive, title } from './support/words';

jest.setTimeout(120_000);

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('npm run demo shows everything at work, and leaves nothing behind when it is ended', async () => {
  const demo = spawn(process.execPath, [join(__dirname, '../../tools/demo.mjs'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const browser = await launch();
  try {
    let said = '';
    demo.stdout.on('data', (data) => (said += String(data)));
    await until('the demo to say where it is', () => said.includes('Ctrl-C'), 60_000);
    const [, url = ''] = /live: +(\S+)/.exec(said) ?? [];
    const [, token = ''] = /Token: +(\S+)/.exec(said) ?? [];
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS * 2);
    await page.goto(url);
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
    await isLive(page);
    // The flood, those whom it is held against, the hiccup, and what operators had decided before.
    await page.locator('.ranking li', { hasText: 'ip:203.0.113.9' }).first().waitFor();
    const headers = { authorization: `Bearer ${token}` };
    const system = async () => (await fetch(`${url}/api/system`, { headers })).json();
    await until(
      'Redis to stand still, and to be back',
      async () => {
        const { store } = (await system()) as { store: { state: string; lastError: object | null } };
        return store.lastError !== null && store.state === 'up';
      },
      60_000,
    );
    const pages = {
      'Blocked now': ['#/blocked', '203.0.113.9'],
      'Bans and allows': ['#/lists', '192.0.2.0/24'],
      Overrides: ['#/overrides', 'Month end in accounting'],
      Policies: ['#/policies?mode=shadow', 'trying 12'],
    } as const;
    for (const [name, [hash, shown]] of Object.entries(pages)) {
      await page.goto(url + hash);
      await title(page, name);
      await page.locator('tbody tr', { hasText: shown }).first().waitFor();
    }
    let pids: readonly number[] = [];
    // One that Redis stood still for is left out until it is heard of again.
    await until('both instances to be heard of', async () => {
      const { instances } = (await system()) as { instances: { pid: number }[] };
      pids = instances.map(({ pid }) => pid);
      return pids.length === 2;
    });
    expect(pids.map(isThere)).toEqual([true, true]);
    const ended = once(demo, 'exit');
    demo.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    await until('the instances to end', () => !pids.some(isThere));
  } finally {
    demo.kill('SIGKILL');
    await browser.close();
  }
});
