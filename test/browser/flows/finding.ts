import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { until } from '../../support/load-until';
import { eventually } from '../support/browser';
import { describeScene } from '../support/scene';
import { button, title } from '../support/words';

const HOSTILE = ['user:a/b%20:?#', 'user:<script>alert(1)</script>', 'user:s\u00f8ren', `user:${'x'.repeat(300)}`];

/** Flows 5 and 6 of what an operator does: to find who it is about. */
export function findingKeys(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow('5. finds a key by its exact value, by how it begins, and says when there is none', async () => {
      const { stage } = scene;
      for (const key of HOSTILE) await stage.times(11, () => stage.plans(key.slice('user:'.length)));
      const page = await scene.open('#/keys');
      const search = page.locator('.toolbar').getByLabel('Find a key');
      await search.fill('user:a/');
      await page.getByRole('link', { name: HOSTILE[0]!, exact: true }).waitFor();
      await search.fill('user:nobody');
      await page.getByText('No known key begins with this').waitFor();
      await page.getByRole('link', { name: 'Inspect “user:nobody”' }).click();
      await title(page, 'user:nobody');
      for (const key of HOSTILE) {
        await eventually(page, `document.activeElement.tagName === 'H1'`);
        await page.keyboard.press('/');
        await eventually(page, `document.activeElement.id === 'search'`);
        await page.keyboard.insertText(key);
        await page.keyboard.press('Enter');
        // A long one is shown shortened once the server has answered.
        const name = key.length > 100 ? /^user:x{30}/ : key;
        await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
        await page.locator('tr', { hasText: 'plans' }).getByText('Blocked').waitFor();
      }
    });

    flow('5. finds a known key by its value alone', async () => {
      const { stage } = scene;
      const address = newAddress();
      await stage.times(6, () => stage.chat(address));
      const page = await scene.open(`#/keys?q=${address}`);
      await page.getByRole('link', { name: `ip:${address}`, exact: true }).waitFor();
    });

    flow('5. a filter that nothing passes says so, and nothing else', async () => {
      const page = await scene.open('#/audit?actor=nobody');
      await page.getByText('Nothing matches this filter').waitFor();
      await page.goto(`${scene.stage.url}#/overrides?state=removed`);
      await page.getByText('Nothing matches this filter').waitFor();
      expect(await page.getByText('All limits are as code says').count()).toBe(0);
    });

    flow('6. who is blocked, until when, and no longer: as the client was told', async () => {
      const { stage } = scene;
      const address = newAddress();
      const patch = { limit: 2, per: '6s' };
      await stage.ask('POST', 'overrides', {
        ...{ policy: 'chat', scope: { kind: 'key', key: `ip:${address}` } },
        ...{ patch, reason: 'a test' },
      });
      const page = await scene.open('#/blocked');
      let told = await stage.chat(address);
      await until('the override to refuse', async () => {
        told = await stage.chat(address);
        return told.status === 429;
      });
      const row = page.locator('tbody tr', { hasText: address });
      await row.waitFor();
      const retryMs = Number(told.headers.get('retry-after')) * 1_000;
      const shownMs = Date.parse((await row.locator('time').first().getAttribute('datetime'))!) - Date.now();
      expect(shownMs).toBeLessThanOrEqual(retryMs + 500);
      expect(retryMs).toBeLessThanOrEqual(6_000);
      await row.waitFor({ state: 'detached' });
      expect((await stage.chat(address)).status).toBe(200);
      expect(await button(page, `Unblock ip:${address}`).count()).toBe(0);
    });
  });
}
