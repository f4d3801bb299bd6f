import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { until } from '../../support/load-until';
import { describeScene } from '../support/scene';
import { READ_TOKEN, TOKEN } from '../support/stage';
import { button, said, title } from '../support/words';

/** Flows 2, 12 and 13 of what an operator does: to be let in, and who is not. */
export function guarding(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow('2. asks for the token, refuses a wrong one, and signs out', async () => {
      scene.expectErrors(/status of 401/);
      const page = await scene.open('#/blocked', { signedOut: true });
      await page.getByLabel('Token').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('This token is not valid.').waitFor();
      await page.getByLabel('Token').fill(TOKEN);
      await page.keyboard.press('Enter');
      await title(page, 'Blocked now');
      await button(page, 'Signed in as operator').click();
      await button(page, 'Sign out').click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    });

    flow('2. a session that ends during work keeps what was typed', async () => {
      scene.expectErrors(/status of 401/);
      const page = await scene.open('#/keys/user%3A42');
      await button(page, 'Reset…').click();
      await page.getByLabel('Reason').fill('half a sentence');
      await page.context().clearCookies();
      await button(page.locator('dialog'), 'Reset').click();
      const again = page.getByRole('dialog', { name: 'Sign in again' });
      await again.waitFor();
      await again.getByLabel('Token').fill(TOKEN);
      await page.keyboard.press('Enter');
      await again.waitFor({ state: 'detached' });
      expect(await page.getByLabel('Reason').inputValue()).toBe('half a sentence');
      await button(page.locator('dialog'), 'Reset').click();
      await said(page, /was reset/);
    });

    flow('12. who may only look sees no button that changes anything, and the server refuses it as well', async () => {
      scene.expectErrors(/status of 40[13]/);
      const { stage } = scene;
      const address = newAddress();
      await stage.times(6, () => stage.chat(address));
      const page = await scene.open('#/blocked', { signedOut: true });
      await page.getByLabel('Token').fill(READ_TOKEN);
      await page.keyboard.press('Enter');
      await page.locator('tbody tr', { hasText: address }).waitFor();
      expect(await page.getByRole('button', { name: /^Unblock/ }).count()).toBe(0);
      for (const hash of ['#/lists', '#/overrides', '#/policies/chat', `#/keys/ip%3A${address}`]) {
        await page.goto(stage.url + hash);
        await page.locator('.content h1').waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        const names =
          /^(Ban or allow|Remove .*|(Reset|Ban|Allow|Override)…|New override|Change limit|Enforce|End now)$/;
        expect([hash, await page.locator('main').getByRole('button', { name: names }).count()]).toEqual([hash, 0]);
      }
      const status = await page.evaluate<number>(`fetch(${JSON.stringify(`${stage.url}/api/keys/reset`)}, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ratelimit-admin': '1' },
        body: JSON.stringify({ keys: ['ip:${address}'], reason: 'why not' }),
      }).then(({ status }) => status)`);
      expect(status).toBe(403);
      expect((await stage.chat(address)).status).toBe(429);
      await page.goto(`${stage.url}#/audit`);
      const entry = page.locator('tbody tr', { hasText: 'guest' }).filter({ hasText: 'Key reset' });
      await entry.getByText('refused').waitFor();
    });

    flow('13. a page of another origin changes nothing, whatever it sends', async () => {
      scene.expectErrors(/CORS|net::ERR_FAILED|status of 40[134]/);
      const { stage } = scene;
      const address = newAddress();
      await stage.times(6, () => stage.chat(address));
      const resets = async () => {
        const path = 'audit?action=key.reset';
        const { entries } = await stage.ask<{ entries: { outcome: string }[] }>('GET', path);
        return entries.filter(({ outcome }) => outcome === 'done').length;
      };
      const before = await resets();
      const page = await scene.open();
      // The same site (a cookie that is strict goes along), and another port: another origin.
      const elsewhere = await page.context().newPage();
      await elsewhere.goto(`${stage.instances[1]!.url}/`);
      const body = JSON.stringify({ keys: [`ip:${address}`], reason: 'a trap' });
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/json', 'x-ratelimit-admin': '1' },
      ]) {
        await elsewhere.evaluate(`fetch(${JSON.stringify(`${stage.url}/api/keys/reset`)}, {
          method: 'POST', credentials: 'include', headers: ${JSON.stringify(headers)}, body: ${JSON.stringify(body)},
        }).catch(() => undefined)`);
      }
      await elsewhere.close();
      expect((await stage.chat(address)).status).toBe(429);
      expect(await resets()).toBe(before);
    });

    flow('13. an export holds what the table shows, and no formula', async () => {
      const { stage } = scene;
      const formulas = ['=HYPERLINK(1)', '+1', '-1', '@x'];
      for (const name of formulas) await stage.times(11, () => stage.plans(name));
      const page = await scene.open('#/blocked?policy=plans');
      const rows = page.locator('tbody tr');
      await until('all rows', async () => (await rows.count()) === formulas.length);
      await button(page, 'Export').click();
      const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'CSV').click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      const lines = Buffer.concat(chunks).toString().trim().split('\r\n');
      expect(lines.length - 1).toBe(formulas.length);
      for (const name of formulas) expect(lines.some((line) => line.includes(name))).toBe(true);
      for (const line of lines) expect(line).not.toMatch(/(?:^|,)"?[=+\-@]/);
    });

    // The last one: from then on the address of this machine has to wait.
    flow('2. who guesses tokens has to wait', async () => {
      scene.expectErrors(/status of 401/, /status of 429/);
      const page = await scene.open('', { signedOut: true });
      for (let guess = 0; guess < 5; guess++) {
        await page.getByLabel('Token').fill(`wrong ${String(guess)}`);
        await Promise.all([page.waitForResponse('**/api/session'), page.keyboard.press('Enter')]);
      }
      await page.getByLabel('Token').fill(TOKEN);
      await page.keyboard.press('Enter');
      await page
        .locator('.error', { hasText: /second|wait|later/i })
        .first()
        .waitFor();
    });
  });
}
