import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { until } from '../../support/load-until';
import { eventually } from '../support/browser';
import { describeScene } from '../support/scene';
import { button, isLive, title } from '../support/words';

/** Keeps what is written on canvases. */
const DRAWN = `window.__drawn = new Set();
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
  window.__drawn.add(text);
  write.call(this, text, ...place);
};`;

/** Flows 3 and 4 of what an operator does: to look. */
export function looking(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow('3. the overview moves with the traffic, to the exact number that was sent', async () => {
      const { stage } = scene;
      await stage.ask('POST', 'overrides', {
        policy: 'read',
        scope: { kind: 'policy' },
        patch: { limit: 12, mode: 'shadow' },
        reason: 'a test',
      });
      const page = await scene.open();
      await isLive(page);
      const address = newAddress();
      const client = newAddress();
      await until('the shadow to hold', async () => {
        const { policies } = await stage.ask<{ policies: { name: string; trial: { limit: number } | null }[] }>(
          'GET',
          'policies',
        );
        return policies.find(({ name }) => name === 'read')?.trial?.limit === 12;
      });
      expect(await stage.times(7, () => stage.chat(address))).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect(await stage.times(14, () => stage.items(client))).toEqual(Array(14).fill(200));
      // 5 messages and 14 readings pass; 2 messages are refused, and 2 readings would be.
      await page.locator('.tile .sub', { hasText: /^19 in all$/ }).waitFor();
      await page.locator('.tile', { hasText: 'Would deny' }).getByText('2 in all').waitFor();
      await page
        .locator('.ranking a', { hasText: /^chat$/ })
        .first()
        .click();
      await page.locator('.tile', { hasText: 'Allowed' }).getByText('5 in all').waitFor();
      await page.goto(`${stage.url}#/policies/read`);
      await page.locator('.tile', { hasText: 'Would deny' }).getByText('2 in all').waitFor();
    });

    flow('3. the share of a policy is of what it decided, whatever is tried out beside it', async () => {
      const { stage } = scene;
      const scope = { kind: 'policy' };
      await stage.ask('POST', 'overrides', {
        policy: 'chat',
        scope,
        patch: { limit: 3, mode: 'shadow' },
        reason: 'a test',
      });
      const page = await scene.open();
      await isLive(page);
      await until('the trial to hold', async () => {
        const { trial } = await stage.ask<{ trial: object | null }>('GET', 'policies/chat');
        return trial !== null;
      });
      const chat = page.locator('.ranking li', { has: page.getByRole('link', { name: 'chat', exact: true }) }).first();
      // Whatever the last seconds hold of such a burst, a denial each two seconds or so would be something else.
      await stage.times(10, () => stage.chat(newAddress()));
      const address = newAddress();
      await stage.times(10, () => stage.chat(address));
      await chat.getByText(/\u00b7 25%/).waitFor();
    });

    flow('3. days are shown with their dates, as far back as hours are kept', async () => {
      const { stage } = scene;
      await stage.items(newAddress());
      await until('an hour to be kept', async () => (await stage.redis.cli('KEYS', '*:hour:*:read')) !== '');
      const [key = ''] = (await stage.redis.cli('KEYS', '*:hour:*:read')).trim().split('\n');
      const [, base, span] = /^(.*:hour:)(\d+):read$/.exec(key)!;
      // Fifteen days, hour by hour, with 30,000 a second.
      const thisHour = Math.floor(Date.now() / 3_600_000);
      for (const part of [Number(span) - 1, Number(span)]) {
        const hours = Array.from({ length: 360 }, (_, ago) => thisHour - 1 - ago).filter((hour) => hour >= 720 * part);
        const points = hours.filter((hour) => hour < 720 * (part + 1)).map((hour) => `#${String(4 * (hour % 720))}`);
        const sets = points.flatMap((place) => ['SET', 'u32', place, '108000000']);
        if (sets.length > 0) await stage.redis.cli('BITFIELD', `${base!}${String(part)}:read`, ...sets);
      }
      const page = await scene.open('#/policies/read');
      await page.addInitScript(DRAWN);
      await page.goto(`${stage.url}#/policies/read?range=hour`);
      await page.reload();
      // As wide as they are, marks of large numbers have no room beside the chart.
      for (const mark of ['20', '30'])
        await eventually(page, `[...window.__drawn].some((text) => /^${mark}k$/i.test(text))`);
      expect(await page.evaluate<boolean>(`[...window.__drawn].some((text) => /^\\d{1,2} \\w{3,4}$/.test(text))`)).toBe(
        true,
      );
      await button(page, 'Show data table').click();
      const first = page.locator('.chart-table tbody th').last();
      await first.waitFor();
      expect(await first.textContent()).toMatch(/\d{1,2} \w{3,4} 20\d\d.*\d\d:\d\d/);
      expect(await page.locator('.chart-legend .at').textContent()).toMatch(/\d{1,2} \w{3,4} 20\d\d/);
    });

    flow('3. it stands still while paused, asks for nothing while hidden, and recovers by itself', async () => {
      const { stage } = scene;
      const page = await scene.open();
      await isLive(page);
      await page.keyboard.press('.');
      await page.getByText('Paused').waitFor();
      const streams = async () => (await stage.ask<{ streams: { open: number } }>('GET', 'system')).streams.open;
      await until('the stream to end', async () => (await streams()) === 0);
      await page.keyboard.press('.');
      await isLive(page);
      await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
      await until('the stream of a hidden tab to end', async () => (await streams()) === 0);
      await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`);
      await isLive(page);
      scene.expectErrors(/net::ERR_/);
      await page.route('**/admin/api/**', (route) => route.abort());
      (stage.instances[0]!.app.getHttpServer() as { closeAllConnections(): void }).closeAllConnections();
      await page.getByText('No live data.').waitFor();
      await page.unroute('**/admin/api/**');
      await isLive(page);
      await page.getByText('No live data.').waitFor({ state: 'detached' });
    });

    flow('3. what a page cannot draw is said in its place, and the other pages go on', async () => {
      const page = await scene.open();
      await isLive(page);
      // As of a server that is newer than the page.
      await page.route('**/admin/api/policies', (route) => route.fulfill({ json: { policies: [{ name: 'read' }] } }));
      await page.getByRole('link', { name: 'Policies', exact: true }).first().click();
      await title(page, 'This page cannot be shown');
      await page.getByRole('link', { name: 'System', exact: true }).first().click();
      await title(page, 'System');
      await page.getByRole('link', { name: 'Policies', exact: true }).first().click();
      await title(page, 'This page cannot be shown');
      await page.unroute('**/admin/api/policies');
      await button(page, 'Try again').click();
      await title(page, 'Policies');
    });

    flow('4. everything by keyboard alone: pages, help, down to a key and back to the very link', async () => {
      const { stage } = scene;
      const address = newAddress();
      await stage.times(6, () => stage.chat(address));
      const page = await scene.open();
      await isLive(page);
      const focused = (expression: string) => eventually(page, `document.activeElement.${expression}`);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await page.keyboard.press('Escape');
      for (const [key, name] of Object.entries({ p: 'Policies', b: 'Blocked now', v: 'Overrides', y: 'System' })) {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await title(page, name);
        await focused(`tagName === 'H1'`);
        await eventually(page, `document.title.includes(${JSON.stringify(name)})`);
      }
      await page.keyboard.press('g');
      await page.keyboard.press('k');
      await title(page, 'Keys');
      const link = page.getByRole('link', { name: `ip:${address}`, exact: true }).first();
      await link.waitFor();
      for (let press = 0; press < 80; press++) {
        if (await page.evaluate(`document.activeElement.textContent === ${JSON.stringify(`ip:${address}`)}`)) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await title(page, `ip:${address}`);
      await page.goBack();
      await title(page, 'Keys');
      await focused(`textContent === ${JSON.stringify(`ip:${address}`)}`);
    });
  });
}
