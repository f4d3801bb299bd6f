import type { Browser } from 'playwright-core';
import { axe, launch, open, picturedWhenFailing } from './support/browser';
import { startService, type Service } from './support/service';

jest.setTimeout(90_000);

const PAGES = [
  ['the overview', '#/'],
  ['policies', '#/policies'],
  ['one policy', '#/policies/login'],
  ['its configuration', '#/policies/search?tab=configuration'],
  ['keys', '#/keys'],
  ['one key', '#/keys/ip%3A203.0.113.9'],
  ['a key with a hostile name', '#/keys/user%3A%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
  ['blocked now', '#/blocked'],
  ['bans and allows', '#/lists'],
  ['overrides', '#/overrides?state=any'],
  ['simulate', '#/simulate?policy=search&limit=45'],
  ['the audit log', '#/audit'],
  ['the system', '#/system'],
  ['a page that does not exist', '#/nothing'],
] as const;

let browser: Browser;
let service: Service;
beforeAll(async () => {
  [browser, service] = await Promise.all([launch(), startService({ mount: '/tools/rate-limits' })]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in the %s theme, %i pixels wide', (colorScheme, width) => {
  test.each(PAGES)(
    '%s: accessible, nothing refused by the content policy, no error, nothing cut off',
    async (_, hash) => {
      const options = { colorScheme, viewport: { width, height: 800 } };
      const { page, errors, violations } = await open(browser, service.url + hash, options);
      await picturedWhenFailing(page, async () => {
        await page.waitForSelector('.content h1');
        await page.waitForLoadState('load');
        await page.waitForSelector('.skeleton', { state: 'detached' });
        expect(await axe(page)).toEqual([]);
        expect(await violations()).toEqual([]);
        expect(errors).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        expect(await page.locator('h1').count()).toBe(1);
      });
      await page.context().close();
    },
  );
});
