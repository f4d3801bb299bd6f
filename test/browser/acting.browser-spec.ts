import type { Browser, Page } from 'playwright-core';
import { axe, eventually, launch, open, type Watched } from './support/browser';
import { startService, type Service } from './support/service';

jest.setTimeout(90_000);

let browser: Browser;
let service: Service;
let tab: Watched;
let page: Page;

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
});
// One for each test, and for each of its tries: what was banned or changed is gone with it.
beforeEach(async () => {
  service = await startService();
});
afterEach(async () => {
  expect(tab.errors).toEqual([]);
  expect(await tab.violations()).toEqual([]);
  await page.context().close();
  await service.stop();
});

async function at(hash: string): Promise<void> {
  tab = await open(browser, service.url + hash);
  page = tab.page;
  await page.waitForSelector('.content h1');
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const said = (text: RegExp) => page.locator('.toast', { hasText: text }).waitFor();

test('unblocks a key with a reason, gives the focus back, and the audit log has it', async () => {
  await at('#/blocked?policy=login');
  const row = page.locator('tbody tr').first();
  const key = (await row.locator('.key').textContent()) ?? '';
  await row.getByRole('button', { name: /^Unblock/ }).click();
  expect(await axe(page)).toEqual([]);
  await page.getByLabel('Reason').fill('Customer called');
  await button('Reset').click();
  await said(/was reset/);
  await row.filter({ hasText: key }).waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
  await page.goto(`${service.url}#/audit`);
  const entry = page.locator('tbody tr', { hasText: key }).filter({ hasText: 'Customer called' });
  await entry.first().waitFor();
});

test('asks for a reason before it changes anything', async () => {
  await at('#/keys/user%3A42');
  await button('Reset…').click();
  await button('Reset').click();
  await page.getByText('Say why.').waitFor();
  expect(await page.getByLabel('Reason').getAttribute('aria-invalid')).toBe('true');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog').count()).resolves.toBe(0);
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Reset…');
});

test('bans a range after showing whom it concerns, and takes the ban away again', async () => {
  await at('#/lists');
  await button('Ban or allow').click();
  await page.getByLabel('Whom').fill('203.0.113.0/24');
  await page.getByText(/matches 2 known keys/).waitFor();
  await page.getByLabel('Reason').fill('Scraping');
  await page.locator('dialog').getByRole('button', { name: 'Ban', exact: true }).click();
  await said(/203\.0\.113\.0\/24 is banned/);
  await button('Remove 203.0.113.0/24').click();
  await page.getByLabel('Reason').fill('Done');
  await page.locator('dialog').getByRole('button', { name: 'Remove' }).click();
  await said(/off the list/);
});

test('changes a limit in steps: shadow first, then enforced, then rolled back, then ended', async () => {
  await at('#/policies/export');
  await button('Change limit').click();
  await page.getByLabel('Limit', { exact: true }).fill('8');
  await button('Next').click();
  await page.getByText('Denied share').waitFor();
  await button('Next').click();
  await page.getByLabel('Reason').fill('Month end');
  await button('Start in shadow').click();
  await said(/watched in shadow/);
  await page.goto(`${service.url}#/overrides`);
  await page.getByRole('link', { name: /limit 8/ }).click();
  await button('Enforce').click();
  await page.getByLabel('Reason').fill('Looks right');
  await page.locator('dialog').getByRole('button', { name: 'Enforce' }).click();
  await said(/is enforced/);
  await button('Roll back to version 1').click();
  await page.getByLabel('Reason').fill('Too early');
  await page.locator('dialog').getByRole('button', { name: 'Roll back' }).click();
  await said(/Version 1 holds again/);
  await button('End now').click();
  await page.getByLabel('Reason').fill('Over');
  await page.locator('dialog').getByRole('button', { name: 'End now' }).click();
  await said(/as code says again/);
});

test('a change of more than tenfold has to be confirmed by name', async () => {
  await at('#/policies/login');
  await button('Change limit').click();
  await page.getByLabel('Limit', { exact: true }).fill('1000');
  await button('Next').click();
  await button('Next').click();
  await page.getByLabel('Reason').fill('Load test');
  await button('Start in shadow').click();
  await page.getByText('This is not the name of the policy.').waitFor();
  await page.getByLabel('Type “login” to confirm').fill('login');
  await button('Start in shadow').click();
  await said(/watched in shadow/);
});

test('simulates by keyboard, keeps the limit in the address, and fills the override in', async () => {
  await at('#/simulate?policy=search&limit=60');
  const slider = page.getByLabel('Limit, to try');
  await slider.focus();
  for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowLeft');
  await eventually(page, `location.hash.includes('limit=55')`);
  await button('Create shadow override').click();
  expect(await page.locator('dialog').getByLabel('Limit', { exact: true }).inputValue()).toBe('55');
  expect(await page.getByRole('radio', { name: /Shadow first/ }).isChecked()).toBe(true);
});
