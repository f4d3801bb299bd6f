import type { Browser, Page } from 'playwright-core';
import { readConfig } from '../../apps/sample/src/config';
import { createApp } from '../../apps/sample/src/create-app';
import { type RunningApp, running } from '../support/apps';
import { launch, PATIENCE_MS } from './support/browser';
import { changeAnswers } from './support/changed-answers';
import { TOKEN } from './support/stage';

jest.setTimeout(90_000);

const UNUSED = 'Nothing has been decided since the counters began';

let browser: Browser;
let app: RunningApp;
let page: Page;
beforeEach(async () => {
  browser = await launch();
  app = await running(await createApp(readConfig({ ADMIN_TOKEN: TOKEN, LOG_LEVEL: 'fatal' })));
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
});
afterEach(async () => {
  // What a route is still busy with fails when its tab goes, and would be laid to the next test.
  await (page as Page | undefined)?.unrouteAll({ behavior: 'ignoreErrors' });
  await (browser as Browser | undefined)?.close();
  await (app as RunningApp | undefined)?.close();
});

test('without Redis hours and days are said to be kept with Redis only, and traffic that was counted is not denied', async () => {
  for (let i = 0; i < 3; i++) await fetch(`${app.url}/api/v1/items`);
  await page.goto(`${app.url}/admin#/policies/write`);
  await page.getByLabel('Token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText(UNUSED).waitFor();
  for (const range of ['Hours', 'Days']) {
    await page.getByRole('button', { name: range, exact: true }).click();
    await page.getByText('Hours and days are kept with Redis only.').waitFor();
    expect(await page.getByText(UNUSED).count()).toBe(0);
  }
  // Before there are two points to draw a line between, the totals know better.
  await changeAnswers(page, '**/api/traffic*', (text) =>
    JSON.stringify({ ...(JSON.parse(text) as object), points: [] }),
  );
  await page.goto(`${app.url}/admin#/policies/read`);
  await page.getByText('3 in all').waitFor();
  await page.getByText('No points yet').waitFor();
  expect(await page.getByText(UNUSED).count()).toBe(0);
});
