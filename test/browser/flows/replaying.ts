import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { until } from '../../support/load-until';
import { eventually } from '../support/browser';
import { changeAnswers } from '../support/changed-answers';
import { describeScene } from '../support/scene';
import type { Stage } from '../support/stage';
import { button, giveReason, said, title } from '../support/words';

/** Flow 11 of what an operator does: to try limits on recorded traffic. */
export function replayingTraffic(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow('11. turning recording on stays that, though somebody else was faster', async () => {
      const { stage } = scene;
      const page = await scene.open('#/simulate');
      await button(page, 'Turn recording on').click();
      await stage.ask('PUT', 'recording', { enabled: true, oneIn: 1, reason: 'somebody else' });
      await page.locator('.panel .badge', { hasText: /^on$/ }).waitFor();
      await page.getByRole('dialog', { name: 'Turn recording on' }).waitFor();
      await giveReason(page, 'To try limits', 'Turn recording on');
      await said(page, /Recording is on/);
      expect(await stage.ask('GET', 'recording')).toMatchObject({ enabled: true });
      // It ends by itself, and the page says when.
      await page
        .locator('.facts > div', { hasText: 'Ends' })
        .getByText(/23 h 59 min|1 d/)
        .waitFor();
      await page.goto(`${stage.url}#/policies/sustained?tab=simulate`);
      await page
        .locator('main')
        .getByText(/Nothing recorded yet|What if/)
        .waitFor();
      await stage.ask('PUT', 'recording', { enabled: false, reason: 'over' });
    });

    flow('11. the limit to try can be typed anew, and belongs to one policy', async () => {
      const { stage } = scene;
      await recordSomething(stage);
      const page = await scene.open('#/simulate?policy=read&per=1h');
      const limit = page.getByLabel('Limit', { exact: true });
      await limit.press('Control+A');
      await limit.press('Delete');
      await limit.pressSequentially('50');
      expect(await limit.inputValue()).toBe('50');
      await eventually(page, `location.hash.includes('limit=50')`);
      await page.locator('.page-head').getByLabel('Policy').selectOption('write');
      await page.getByRole('heading', { name: /write/ }).waitFor();
      expect([await limit.inputValue(), await page.getByLabel('Per', { exact: true }).inputValue()]).toEqual([
        '60',
        '15m',
      ]);
    });

    flow('11. traffic of one moment is told without a chart, which has nothing to draw', async () => {
      const { stage } = scene;
      await recordSomething(stage);
      const page = await scene.open();
      await changeAnswers(page, '**/api/simulate', (text) => {
        const answer = JSON.parse(text) as { series: unknown[] };
        return JSON.stringify({ ...answer, series: answer.series.slice(0, 1) });
      });
      await page.goto(`${stage.url}#/simulate?policy=read&limit=12`);
      await page.getByText('No points yet').waitFor();
      await page.getByText('Denied share').waitFor();
      expect(await page.locator('main .uplot').count()).toBe(0);
    });

    flow('11. a limit to try that is no whole number is refused at its field, and not tried', async () => {
      const { stage } = scene;
      await recordSomething(stage);
      const page = await scene.open('#/simulate?policy=read&limit=12');
      const german = await scene.open('#/simulate?policy=read&limit=12', { locale: 'de-DE' });
      for (const [tab, told] of [
        [page, 'Write a whole number from 0 to 1,000,000,000.'],
        [german, 'Schreiben Sie eine ganze Zahl von 0 bis 1.000.000.000.'],
      ] as const) {
        const limit = tab.getByLabel('Limit', { exact: true });
        for (const wrong of ['12.5', '-1', '1e10']) {
          await limit.fill(wrong);
          await tab.locator('.field', { has: limit }).locator('.error', { hasText: told }).waitFor();
          expect([wrong, await limit.getAttribute('aria-invalid')]).toEqual([wrong, 'true']);
          expect([wrong, await tab.evaluate('location.hash')]).toEqual([wrong, '#/simulate?policy=read&limit=12']);
        }
        // Whatever is told below one of them, fields stay side by side.
        const tops = `[...document.querySelectorAll('.simulator .input')].map((each) => each.getBoundingClientRect().top)`;
        const [first, second] = await tab.evaluate<number[]>(tops);
        expect(first).toBe(second);
        await limit.fill('0');
        await eventually(tab, `location.hash.includes('limit=0')`);
        expect(await tab.locator('.error').count()).toBe(0);
        expect(await tab.locator('input[type=range]').inputValue()).toBe('0');
      }
      // A link may have one as well.
      scene.expectErrors(/status of 400/);
      const linked = await scene.open('#/simulate?policy=read&limit=12.5');
      await linked.locator('.field .error', { hasText: 'Write a whole number' }).waitFor();
    });

    flow('11. tries a limit on recorded traffic by keyboard, and makes the override of it', async () => {
      const { stage } = scene;
      await stage.ask('PUT', 'recording', { enabled: true, oneIn: 1, forget: true, reason: 'a test' });
      const recorded = async () => (await stage.ask<{ events: number }>('GET', 'recording')).events;
      await until('recording to begin', async () => {
        await stage.items(newAddress());
        return (await recorded()) > 0;
      });
      const before = await recorded();
      const [loud, quiet] = [newAddress(), newAddress()];
      await stage.times(20, () => stage.items(loud));
      await stage.times(8, () => stage.items(quiet));
      // Each of them is a decision of two policies.
      await until('all of it to be recorded', async () => (await recorded()) >= before + 2 * 28);
      // One sliding window: what lies beyond the limit of a client is refused, and nothing else.
      const page = await scene.open('#/simulate?policy=read&limit=15');
      const denied = page.locator('.compare > div', { hasText: 'Denied requests' });
      await denied.getByText(/0 →\s*5$/).waitFor();
      await page.locator('tbody tr', { hasText: loud }).getByText('0 → 5').waitFor();
      const slider = page.getByLabel('Limit, to try');
      await slider.focus();
      for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowLeft');
      await eventually(page, `location.hash.includes('limit=12')`);
      await denied.getByText(/0 →\s*8$/).waitFor();
      await button(page, 'Create shadow override').click();
      expect(await page.locator('dialog').getByLabel('Limit', { exact: true }).inputValue()).toBe('12');
      expect(await page.getByRole('radio', { name: /Shadow first/ }).isChecked()).toBe(true);
      await title(page, 'Simulate');
    });
  });
}

async function recordSomething(stage: Stage): Promise<void> {
  await stage.ask('PUT', 'recording', { enabled: true, oneIn: 1, reason: 'a test' });
  await until('something to be recorded', async () => {
    await stage.items(newAddress());
    return (await stage.ask<{ events: number }>('GET', 'recording')).events > 0;
  });
}
