import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { until } from '../../support/load-until';
import { describeScene } from '../support/scene';
import { button, giveReason, isLive, said, title } from '../support/words';

/** Flow 14 of what an operator does: to look while Redis is away. */
export function outage(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow(
      '14. tells that Redis is away, keeps what it shows, changes nothing, and recovers without a reload',
      async () => {
        const { stage } = scene;
        scene.expectErrors(/status of 503/);
        const address = newAddress();
        await stage.times(6, () => stage.chat(address));
        const match = { kind: 'address', address: newAddress() };
        await stage.ask('POST', 'entries', { list: 'ban', match, reason: 'guesses passwords' });
        const page = await scene.open('#/blocked');
        const row = page.locator('tbody tr', { hasText: address });
        await row.waitFor();
        await isLive(page);
        await stage.redis.kill();
        await page.getByText('Store degraded.').waitFor();
        await page.getByText('Changes are not possible now.').waitFor();
        const unblock = button(page, `Unblock ip:${address}`);
        await unblock.and(page.locator('[aria-disabled=true]')).waitFor();
        expect(await unblock.getAttribute('title')).toMatch(/the store does not answer/);
        await unblock.click({ force: true });
        expect(await page.locator('dialog').count()).toBe(0);
        const { status } = await fetch(`${stage.instances[0]!.url}/readyz`);
        expect(status).toBe(200);
        for (const name of ['Overview', 'Policies', 'System']) {
          await page.getByRole('link', { name, exact: true }).first().click();
          await title(page, name);
          await page.locator('.skeleton').first().waitFor({ state: 'detached' });
          expect(await page.getByText('This could not be loaded').count()).toBe(0);
          expect(await page.getByText(/the store answers|Nothing has been changed/).count()).toBe(0);
        }
        await page.getByRole('link', { name: 'Bans and allows', exact: true }).first().click();
        await page.getByRole('cell', { name: '1 of ?' }).first().waitFor();
        await stage.redis.restart();
        await page.getByText('Store degraded.').waitFor({ state: 'detached' });
        await page.getByText('Changes are not possible now.').waitFor({ state: 'detached' });
        await page.goto(`${stage.url}#/lists`);
        await button(page, 'Ban or allow').click();
        await page.getByLabel('Whom').fill('192.0.2.0/24');
        await giveReason(page, 'It works again', 'Ban');
        await said(page, /is banned/);
      },
    );

    flow('14. does not wait for ever for a server that says nothing, nor call a change undone', async () => {
      const { stage } = scene;
      const address = newAddress();
      await stage.times(6, () => stage.chat(address));
      const page = await scene.open('#/blocked');
      await page.clock.install();
      await button(page, `Unblock ip:${address}`).click();
      // Of what the page asks from now on nothing comes back.
      await page.route('**/admin/api/**', () => undefined);
      await giveReason(page, 'Customer called', 'Reset');
      await page.locator('dialog button[type=submit][disabled]').waitFor();
      await page.clock.fastForward(31_000);
      await page.getByText(/does not answer\. Whether the change was made is not known/).waitFor();
      await page.getByText('No live data.').waitFor();
    });

    flow('14. while the server is gone a page that never loaded says so all the time, and once', async () => {
      const { stage } = scene;
      scene.expectErrors(/net::ERR_/);
      const page = await scene.open();
      let asked = 0;
      await page.route('**/api/blocked*', (route) => {
        asked += 1;
        return route.abort();
      });
      await page.goto(`${stage.url}#/blocked`);
      await page.locator('.content [role=alert]', { hasText: 'This could not be loaded' }).waitFor();
      await page.evaluate(`window.__drawn = 0; new MutationObserver((all) => (window.__drawn += all.filter(
        ({ target }) => target.closest('.content') !== null).length)).observe(document, { childList: true, subtree: true })`);
      const before = asked;
      await until('the page to have tried for long', () => Promise.resolve(asked >= before + 6));
      expect(await page.evaluate('window.__drawn')).toBe(0);
      await page.unroute('**/api/blocked*');
      await page.locator('.content [role=alert]').waitFor({ state: 'detached' });
      expect(await page.locator('.content .skeleton').count()).toBe(0);
    });

    flow('14. while the server is gone the page says so without a break', async () => {
      scene.expectErrors(/net::ERR_/);
      const page = await scene.open('#/audit');
      await page.clock.install();
      await page.reload();
      await isLive(page);
      let asked = 0;
      let streamIsOver = false;
      await page.route('**/admin/api/**', (route) => {
        asked += 1;
        // The overview is asked for here by nothing but what has lost its stream.
        streamIsOver ||= route.request().url().endsWith('/overview');
        return route.abort();
      });
      await page.clock.fastForward(9_000);
      await until('the page to have lost its stream', () => Promise.resolve(streamIsOver));
      const banner = page.getByText('No live data.');
      for (let second = 0; second < 30 && (await banner.count()) === 0; second++) await page.clock.runFor(1_000);
      await banner.waitFor();
      await page.evaluate(`window.__gone = 0; new MutationObserver(() =>
        (window.__gone += document.querySelector('.banner.is-bad') === null ? 1 : 0)
      ).observe(document, { childList: true, subtree: true })`);
      const before = asked;
      await until('the page to have tried again and again', async () => {
        await page.clock.runFor(1_000);
        return asked >= before + 8;
      });
      expect([await banner.count(), await page.evaluate('window.__gone')]).toEqual([1, 0]);
      await page.unroute('**/admin/api/**');
      await page.clock.runFor(9_000);
      await banner.waitFor({ state: 'detached' });
    });

    flow('14. an instance that ends lets go of the pages that watch it', async () => {
      const { stage } = scene;
      scene.expectErrors(/net::ERR_|status of 503/);
      const tabs = await Promise.all([1, 2, 3].map(() => scene.open()));
      await Promise.all(tabs.map(isLive));
      const startMs = performance.now();
      await stage.instances[0]!.close();
      // A second is what it is to take; the rest is what else the machine does.
      expect(performance.now() - startMs).toBeLessThan(5_000);
      await until('the pages to say so', async () => {
        const told = await Promise.all(tabs.map((tab) => tab.getByText('No live data.').count()));
        return told.every((count) => count === 1);
      });
    });
  });
}
