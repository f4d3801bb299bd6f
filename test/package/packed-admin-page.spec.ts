import type { Browser } from 'playwright-core';
import { launch, PATIENCE_MS } from '../browser/support/browser';
import { startRewritingProxy } from '../support/rewriting-proxy';
import { install, start, stop } from './installed';

jest.setTimeout(240_000);

const TOKEN = 'a-token-for-tests-of-more-than-32-characters';
const PACKAGES = {
  express: ['@nestjs/platform-express@^12.5.1', 'helmet@^8.0.0'],
  fastify: ['@nestjs/platform-fastify@^12.5.0', '@fastify/helmet@^13.0.0'],
};

let browser: Browser;
const folders = new Map<string, string>();

beforeAll(async () => {
  browser = await launch();
  // One after the other: two installs at once take turns at everything, and longer.
  for (const [adapter, packages] of Object.entries(PACKAGES)) {
    folders.set(adapter, await install('admin-page', `admin-page-on-${adapter}`, packages));
  }
});
afterAll(async () => {
  await (browser as Browser | undefined)?.close();
});

test.each(Object.keys(PACKAGES))(
  'the packed page works in an empty app on %s with helmet, interceptor, guard and pipe, behind a proxy',
  async (adapter) => {
    const { app, url } = await start(folders.get(adapter)!, `${adapter}.js`);
    const proxy = await startRewritingProxy(Number(new URL(url).port), '/tools', '/internal/v1', {
      'x-gateway': 'yes',
    });
    const context = await browser.newContext();
    try {
      // The guard of the app stands before the page, its files and its API.
      expect((await fetch(`${url}/internal/v1/_rate-limit`)).status).toBe(403);
      for (let call = 0; call < 4; call++) await fetch(`${proxy.url}/tools`);
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of 401/.test(message.text())) errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(`${proxy.url}/tools/_rate-limit`);
      await page.getByLabel('Token').fill(TOKEN);
      await page.keyboard.press('Enter');
      await page.locator('.dot.is-live').waitFor();
      await page.locator('.tile .sub', { hasText: /^3 in all$/ }).waitFor();
      await page.goto(`${proxy.url}/tools/_rate-limit#/blocked`);
      await page.getByRole('button', { name: /^Unblock ip/ }).click();
      await page.getByLabel('Reason').fill('It was a test');
      await page.locator('dialog').getByRole('button', { name: 'Reset' }).click();
      await page.locator('.toast', { hasText: '1 key was reset' }).waitFor();
      expect((await fetch(`${proxy.url}/tools`)).status).toBe(200);
      expect(errors).toEqual([]);
    } finally {
      await context.close();
      await proxy.close();
      await stop(app);
    }
  },
);
