import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { until } from '../../support/load-until';
import { eventually } from '../support/browser';
import { describeScene } from '../support/scene';
import { button, giveReason, said, title } from '../support/words';

/** Flows 7 and 8 of what an operator does: to act on clients. */
export function actingOnClients(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow('7. unblocks a key with a reason; a second tab hears that it is done', async () => {
      const { stage } = scene;
      const [address, other] = [newAddress(), newAddress()];
      for (const each of [address, other]) await stage.times(6, () => stage.chat(each));
      await stage.times(3, () => stage.items(address));
      const page = await scene.open('#/blocked');
      const second = await scene.tab(page.context(), `${stage.url}#/blocked`);
      const unblock = `Unblock ip:${address}`;
      for (const tab of [page, second]) await button(tab, unblock).click();
      await button(page.locator('dialog'), 'Reset').click();
      await page.getByText('Say why.').waitFor();
      await eventually(page, `document.activeElement.getAttribute('aria-invalid') === 'true'`);
      await giveReason(page, 'Customer called', 'Reset');
      await said(page, /1 key was reset/);
      await page.locator('tbody tr', { hasText: address }).waitFor({ state: 'detached' });
      await eventually(page, `document.activeElement.tagName === 'H1'`);
      await giveReason(second, 'Customer called me, too', 'Reset');
      await said(second, /It was reset already/);
      expect((await stage.chat(address)).status).toBe(200);
      expect((await stage.chat(other)).status).toBe(429);
      expect((await stage.items(address)).headers.get('ratelimit')).toContain('"read";r=96');
      await page.goto(`${stage.url}#/audit`);
      await page.locator('tbody tr', { hasText: address }).filter({ hasText: 'Customer called' }).first().waitFor();
    });

    flow(
      '7. a key that is no proper text, or turns text around, can be looked at and acted on like any other',
      async () => {
        const { stage } = scene;
        const address = newAddress();
        for (const name of ['\ud800half', '\u202eevil']) await stage.times(6, () => stage.login(name, address));
        const page = await scene.open();
        const half = page.locator('.ranking a', { hasText: `${address}|\ufffdhalf` }).first();
        await half.waitFor();
        expect(await page.locator('h1').count()).toBe(1);
        await half.click();
        await title(page, `ip+login name:${address}|\ufffdhalf`);
        await page.locator('tr', { hasText: 'login' }).getByText('Blocked').waitFor();
        await button(page, 'Ban\u2026').click();
        await page.getByText(/Kept as/).waitFor();
        await giveReason(page, 'Guesses passwords', 'Ban');
        await said(page, /\|\ufffdhalf is banned/);
        await page.getByText('Banned', { exact: true }).first().waitFor();
        const turned = `ip+login name:${address}|\\u202eevil`;
        await page.goto(`${stage.url}#/blocked?q=evil`);
        await page.getByRole('checkbox', { name: `Select ${turned}` }).waitFor();
        await button(page, `Unblock ${turned}`).waitFor();
        await page.locator('tbody a.key').click();
        await button(page, 'Ban\u2026').click();
        // Written as it is shown, a key means what is shown.
        const whom = page.getByLabel('Whom');
        expect(await whom.inputValue()).toBe(turned);
        for (const key of ['End', 'x', 'Backspace']) await whom.press(key);
        await page.getByText('matches 1 known key').waitFor();
        await giveReason(page, 'Guesses passwords', 'Ban');
        await page.locator('.toast', { hasText: `${turned} is banned` }).waitFor();
        await page.goto(`${stage.url}#/lists`);
        await button(page, `Remove ${turned}`).waitFor();
        await page.goto(`${stage.url}#/`);
        await page.locator('.changes li', { hasText: `ban ${turned}` }).waitFor();
        await page.getByLabel('Find a key').first().fill(turned);
        await page.keyboard.press('Enter');
        await title(page, turned);
        await page.getByText('Banned', { exact: true }).first().waitFor();
        await page.goto(`${stage.url}#/blocked?q=${encodeURIComponent('\\u202eevil')}`);
        await page.getByRole('checkbox', { name: `Select ${turned}` }).waitFor();
      },
    );

    flow('7. a key that two policies block is unblocked once', async () => {
      const { stage } = scene;
      const address = newAddress();
      const scope = { kind: 'key', key: `ip:${address}` };
      await stage.ask('POST', 'overrides', {
        policy: 'read',
        scope,
        patch: { limit: 1 },
        confirm: 'read',
        reason: 'a test',
      });
      await until('both policies to block it', async () => {
        await stage.times(3, () => stage.items(address));
        await stage.times(6, () => stage.chat(address));
        const { blocked } = await stage.ask<{ blocked: { key: { text: string } }[] }>('GET', 'blocked');
        return blocked.filter(({ key }) => key.text === `ip:${address}`).length === 2;
      });
      const page = await scene.open(`#/blocked?q=${address}`);
      const boxes = page.getByRole('checkbox', { name: `Select ip:${address}` });
      await boxes.nth(1).waitFor();
      for (const box of [boxes.first(), boxes.nth(1)]) await box.check();
      await button(page, 'Unblock 1 key').click();
      await button(page.locator('dialog'), 'Cancel').click();
      // What was chosen is kept for whoever thinks again.
      await button(page, 'Unblock 1 key').click();
      await page.getByRole('heading', { name: 'Reset 1 key', exact: true }).waitFor();
      expect(await page.locator('dialog li.key').count()).toBe(1);
      await giveReason(page, 'Customer called', 'Reset');
      await said(page, /1 key was reset/);
      await page.getByText('Nobody is blocked').or(page.getByText('Nothing matches this filter')).waitFor();
    });

    flow('7. gives the focus back to what opened a dialog', async () => {
      const page = await scene.open('#/keys/user%3A42');
      await button(page, 'Reset…').click();
      await page.locator('dialog').getByLabel('Reason').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      await eventually(page, `document.activeElement.textContent === 'Reset…'`);
    });

    flow('8. bans a range after showing whom it concerns, on every instance, until it is removed', async () => {
      const { stage } = scene;
      await stage.times(6, () => stage.chat('203.0.113.7'));
      const page = await scene.open('#/lists');
      await button(page, 'Ban or allow').click();
      await page.getByLabel('Whom').fill('203.0.113.0/24');
      await page.getByText(/matches 1 known key/).waitFor();
      await giveReason(page, 'Scraping', 'Ban');
      await said(page, /203\.0\.113\.0\/24 is banned/);
      for (const instance of [0, 1]) {
        await until('the ban', async () => (await stage.items('203.0.113.9', instance)).status !== 200);
      }
      await page.locator('tbody tr', { hasText: '203.0.113.0/24' }).getByText('2 of 2').waitFor();
      await button(page, 'Ban or allow').click();
      await page.getByRole('radio', { name: /^Allow/ }).check();
      await page.getByLabel('Whom').fill('203.0.113.9');
      await page
        .getByText(/Scraping/)
        .first()
        .waitFor();
      await giveReason(page, 'Our monitor', 'Allow');
      await said(page, /203\.0\.113\.9 is allowed/);
      await until('the allow to beat the ban', async () => (await stage.items('203.0.113.9')).status === 200);
      expect((await stage.items('203.0.113.8')).status).not.toBe(200);
      await button(page, 'Remove 203.0.113.0/24').click();
      await giveReason(page, 'Over', 'Remove');
      await said(page, /off the list/);
      await until('the ban to end', async () => (await stage.items('203.0.113.8')).status === 200);
    });

    flow('8. a ban ends by itself', async () => {
      const { stage } = scene;
      const address = newAddress();
      const match = { kind: 'address', address };
      await stage.ask('POST', 'entries', { list: 'ban', match, reason: 'a test', expiresInMs: 4_000 });
      const page = await scene.open(`#/keys/ip%3A${address}`);
      await page.getByText('Banned', { exact: true }).first().waitFor();
      await page.getByText('Not blocked').waitFor();
      await until('the ban to end', async () => (await stage.items(address)).status === 200);
    });
  });
}
