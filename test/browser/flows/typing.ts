import type { AdapterName } from '../../support/apps';
import { describeScene } from '../support/scene';
import { button, giveReason, said } from '../support/words';

/** What an operator mistypes while acting, and is told where it stands. */
export function typing(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow(
      '10. a window without a unit is refused at its field, and one of milliseconds has to be confirmed',
      async () => {
        const page = await scene.open('#/policies/chat');
        await button(page, 'Change limit').click();
        await page.getByLabel('Per', { exact: true }).fill('60');
        await button(page, 'Next').click();
        await page.locator('.error', { hasText: 'Write a unit, such as 60s.' }).waitFor();
        await page.getByLabel('Per', { exact: true }).fill('60 ms');
        for (let step = 0; step < 2; step++) await button(page, 'Next').click();
        await giveReason(page, 'A mistake', 'Start in shadow');
        await page.getByText('This is not the name of the policy.').waitFor();
        await page.getByText('5 / 1m \u2192 5 / 60 ms').waitFor();
        await page.getByLabel('Type \u201cchat\u201d to confirm').fill('chat');
        await button(page, 'Start in shadow').click();
        await said(page, /tried in shadow/);
      },
    );

    flow('10. a window that came without a unit is shown with it', async () => {
      const { stage } = scene;
      await stage.ask('POST', 'overrides', {
        ...{ policy: 'write', scope: { kind: 'policy' }, patch: { per: 60 } },
        ...{ reason: 'a test', confirm: 'write' },
      });
      const page = await scene.open('#/audit');
      await page.locator('tbody tr', { hasText: 'write' }).getByText('60 ms').first().waitFor();
      await page.goto(stage.url);
      await page.locator('.changes li', { hasText: 'write' }).getByText('60 ms').first().waitFor();
    });
  });
}
