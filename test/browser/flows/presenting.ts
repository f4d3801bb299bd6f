import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { axe, eventually } from '../support/browser';
import { changeAnswers } from '../support/changed-answers';
import { describeScene } from '../support/scene';
import { button, title } from '../support/words';

/** Every page there is, with something on it. */
const PAGES = [
  ['Overview', '#/'],
  ['Policies', '#/policies'],
  ['chat', '#/policies/chat'],
  ['chat', '#/policies/chat?tab=keys'],
  ['read', '#/policies/read?tab=configuration'],
  ['read', '#/policies/read?tab=history'],
  ['Keys', '#/keys'],
  ['ip:203.0.113.9', '#/keys/ip%3A203.0.113.9'],
  ['user:<script>alert(1)</script>', '#/keys/user%3A%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
  ['Blocked now', '#/blocked'],
  ['Bans and allows', '#/lists'],
  ['Overrides', '#/overrides?state=any'],
  ['Simulate', '#/simulate?policy=read&limit=45'],
  ['Audit log', '#/audit'],
  ['System', '#/system'],
  ['There is no such page', '#/nothing'],
] as const;

/** Flow 15 of what an operator does: every page, for every eye, on every screen. */
export function presenting(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow('15. every page is accessible in both themes, and fits a screen 320 pixels wide', async () => {
      const { stage } = scene;
      const scope = { kind: 'policy' };
      await stage.ask('PUT', 'recording', { enabled: true, oneIn: 1, reason: 'a test' });
      await stage.ask('POST', 'overrides', { policy: 'read', scope, patch: { limit: 60 }, reason: 'a test' });
      const match = { kind: 'cidr', cidr: '192.0.2.0/24' };
      await stage.ask('POST', 'entries', { list: 'ban', match, reason: 'a test' });
      await stage.times(12, () => stage.plans('<script>alert(1)</script>'));
      await stage.times(8, () => stage.chat('203.0.113.9'));
      const page = await scene.open('', { colorScheme: 'light', viewport: { width: 1280, height: 900 } });
      const found: unknown[] = [];
      for (const [name, hash] of PAGES) {
        await page.goto(stage.url + hash);
        await title(page, name);
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        expect(await page.locator('h1').count()).toBe(1);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const problems = await axe(page);
          if (problems.length > 0) found.push([hash, colorScheme, problems]);
        }
        await page.setViewportSize({ width: 320, height: 700 });
        // A chart follows the width a moment later.
        await eventually(page, 'innerWidth === 320 && document.documentElement.scrollWidth <= 320').catch(() =>
          found.push([hash, 'is too wide for 320 pixels']),
        );
        await page.setViewportSize({ width: 1280, height: 900 });
      }
      expect(found).toEqual([]);
    });

    flow('15. a key can be read to its end on a screen 320 pixels wide', async () => {
      const { stage } = scene;
      const user = `${'long-'.repeat(25)}end`;
      await stage.times(11, () => stage.plans(user));
      const page = await scene.open(`#/blocked?q=${user}`, { viewport: { width: 320, height: 700 } });
      const key = page.locator('tbody .key', { hasText: user });
      await key.waitFor();
      const cut =
        'document.querySelector("tbody .key").scrollHeight - document.querySelector("tbody .key").clientHeight';
      expect(await page.evaluate<number>(cut)).toBe(0);
    });

    flow('15. a long name of a policy fits a narrow screen where it is chosen', async () => {
      const page = await scene.open('', { viewport: { width: 390, height: 700 } });
      const longName = `"name":"${'long-'.repeat(20)}"`;
      await changeAnswers(page, '**/api/policies', (text) => text.replace('"name":"chat"', longName));
      await page.goto(`${scene.stage.url}#/simulate`);
      await page.reload();
      await page.locator('.actions select option', { hasText: 'long-long' }).waitFor({ state: 'attached' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(
        await page.evaluate<number>('document.querySelector(".actions select").getBoundingClientRect().right'),
      ).toBeLessThan(390);
    });

    flow('15. dialogs are accessible, at 320 pixels too', async () => {
      const page = await scene.open('#/policies/chat', { viewport: { width: 320, height: 700 } });
      await button(page, 'Change limit').click();
      await page.getByLabel('Limit', { exact: true }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      expect(await axe(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.goto(`${scene.stage.url}#/lists`);
      await button(page, 'Ban or allow').click();
      await page.getByLabel('Whom').waitFor();
      expect(await axe(page)).toEqual([]);
    });

    flow('15. theme, language and time zone stay; dates and words follow', async () => {
      const page = await scene.open();
      await button(page, 'Appearance and time').click();
      await button(page, 'Dark').click();
      await button(page, 'UTC').click();
      await button(page, 'Deutsch').click();
      await title(page, '\u00dcbersicht');
      await page.reload();
      await title(page, '\u00dcbersicht');
      const { theme, lang } = await page.evaluate<{ theme: string; lang: string }>(
        `({ theme: document.documentElement.dataset.theme, lang: document.documentElement.lang })`,
      );
      expect([theme, lang]).toEqual(['dark', 'de']);
      const shown = page.locator('.chart-legend .at');
      await eventually(page, `document.querySelector('.chart-legend .at')?.textContent !== ''`);
      const hourAgo = (agoMs: number) => new Date(Date.now() - agoMs).toISOString().slice(11, 13);
      expect([hourAgo(60_000), hourAgo(0)]).toContain((await shown.textContent())!.slice(0, 2));
    });

    flow('15. an address shows the same in another session', async () => {
      const { stage } = scene;
      const address = newAddress();
      await stage.times(6, () => stage.chat(address));
      const hash = `#/blocked?policy=chat&q=${encodeURIComponent(address)}`;
      const rows = async () => {
        const page = await scene.open(hash);
        await page.locator('tbody tr', { hasText: address }).waitFor();
        return page.locator('tbody .key').allTextContents();
      };
      expect(await rows()).toEqual([`ip:${address}`]);
      expect(await rows()).toEqual([`ip:${address}`]);
    });
  });
}
