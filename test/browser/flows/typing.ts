import type { AdapterName } from '../../support/apps';
import { changeAnswers } from '../support/changed-answers';
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

    flow('10. where the page sees nothing to confirm and the server does, the name can be typed', async () => {
      const { stage } = scene;
      scene.expectErrors(/status of 400/);
      const page = await scene.open();
      // As while a deploy is under way: another instance says another limit.
      await changeAnswers(page, '**/api/policies', (text) => text.replaceAll('"limit":60,', '"limit":1000,'));
      await page.goto(`${stage.url}#/policies/write`);
      await page.reload();
      await button(page, 'Change limit').click();
      await page.getByLabel('Limit', { exact: true }).fill('1500');
      for (let step = 0; step < 2; step++) await button(page, 'Next').click();
      await page.getByLabel('Reason').waitFor();
      expect(await page.getByLabel('Type \u201cwrite\u201d to confirm').count()).toBe(0);
      const confirmAnd = async (reason: string, act: string) => {
        await giveReason(page, reason, act);
        await page.locator('.error', { hasText: 'The rate changes from 60 per 15m to 1,500 per 15m' }).waitFor();
        await page.getByLabel('Type \u201cwrite\u201d to confirm').fill('write');
        await button(page.locator('dialog'), act).click();
      };
      await confirmAnd('Load test', 'Start in shadow');
      await said(page, /tried in shadow/);
      await page.goto(`${stage.url}#/overrides`);
      await page.getByRole('link', { name: /limit 1,500/ }).click();
      await button(page, 'Enforce').click();
      await confirmAnd('Load test', 'Enforce');
      await said(page, /is enforced/);
    });

    flow('10. a rollback of more than tenfold asks for the name, whether the page sees it or the server', async () => {
      const { stage } = scene;
      scene.expectErrors(/status of 400/);
      const about = { policy: 'write', scope: { kind: 'key', key: 'ip:192.0.2.61' }, reason: 'a test' };
      const made = await stage.ask<{ id: string }>('POST', 'overrides', { ...about, patch: { limit: 70 } });
      for (const [index, limit] of [1500, 1400].entries()) {
        const body = { patch: { limit }, reason: 'a test', confirm: 'write' };
        await stage.ask('PUT', `overrides/${made.id}`, body, index + 1);
      }
      const page = await scene.open();
      await changeAnswers(page, '**/api/policies', (text) => text.replaceAll('"limit":60,', '"limit":1000,'));
      await page.goto(`${stage.url}#/overrides/${made.id}`);
      await page.reload();
      const name = page.getByLabel('Type \u201cwrite\u201d to confirm');
      await button(page, 'Roll back to version 2').click();
      await page.getByLabel('Reason').waitFor();
      expect(await name.count()).toBe(0);
      await giveReason(page, 'Load test', 'Roll back');
      await page.locator('.error', { hasText: 'The rate changes from 60 per 15m to 1,500 per 15m' }).waitFor();
      await name.fill('write');
      await button(page.locator('dialog'), 'Roll back').click();
      await said(page, /Version 2 holds again/);
      await page.unrouteAll({ behavior: 'wait' });
      await page.reload();
      await button(page, 'Roll back to version 1').click();
      await page.getByText('More than tenfold of what holds now, or less than a tenth').waitFor();
      await page.getByText('1,500 / 15m \u2192 70 / 15m').waitFor();
      await name.fill('write');
      await giveReason(page, 'Over', 'Roll back');
      await said(page, /Version 1 holds again/);
      await button(page, 'Roll back to version 2').click();
      await page.getByText('More than tenfold of what code says, or less than a tenth').waitFor();
      await page.getByText('60 / 15m \u2192 1,500 / 15m').waitFor();
    });

    flow('10. a window that came without a unit is shown with it', async () => {
      const { stage } = scene;
      await stage.ask('POST', 'overrides', {
        ...{ policy: 'write', scope: { kind: 'key', key: 'ip:192.0.2.60' }, patch: { per: 60 } },
        ...{ reason: 'a test', confirm: 'write' },
      });
      const page = await scene.open('#/audit');
      await page.locator('tbody tr', { hasText: 'write' }).getByText('60 ms').first().waitFor();
      await page.goto(stage.url);
      await page.locator('.changes li', { hasText: 'write' }).getByText('60 ms').first().waitFor();
    });

    flow('8. an address in brackets is the address, a URL is none, and a key of no kind here is told of', async () => {
      scene.expectErrors(/status of 400/);
      const page = await scene.open('#/lists');
      await button(page, 'Ban or allow').click();
      const whom = page.getByLabel('Whom');
      await whom.fill('http://1.2.3.4/');
      await page.getByText('This is a URL.').waitFor();
      await whom.fill('flavour:sweet');
      await page.getByText('No policy counts by this kind of key').waitFor();
      await whom.fill('[2001:db8:5::9]');
      await page.getByText('ip:2001:db8:5::', { exact: true }).waitFor();
      expect(await page.getByText('No policy counts by this kind of key').count()).toBe(0);
      await giveReason(page, 'Guesses passwords', 'Ban');
      await said(page, /ip:2001:db8:5:: is banned/);
    });

    flow('9. tells that a policy does not count by the kind of a pattern', async () => {
      const page = await scene.open('#/overrides');
      await button(page, 'New override').click();
      await page.getByLabel('Policy', { exact: true }).selectOption('chat');
      await page.getByRole('radio', { name: /A pattern/ }).check();
      for (const [pattern, told] of [
        ['user:acme-*', 1],
        ['acme-*', 1],
        ['ip:10.*', 0],
      ] as const) {
        await page.getByLabel('Pattern', { exact: true }).fill(pattern);
        await button(page, 'Next').click();
        await page.getByLabel('Limit', { exact: true }).waitFor();
        expect([pattern, await page.getByText(`does not count \u201c${pattern}\u201d`).count()]).toEqual([
          pattern,
          told,
        ]);
        await button(page, 'Back').click();
      }
    });

    flow('10. the end of an override says whom it concerns', async () => {
      const { stage } = scene;
      const made = await stage.ask<{ id: string }>('POST', 'overrides', {
        ...{ policy: 'chat', scope: { kind: 'key', key: 'ip:192.0.2.9' }, patch: { limit: 4 } },
        ...{ reason: 'a test' },
      });
      const page = await scene.open(`#/overrides/${made.id}`);
      await button(page, 'End now').click();
      await page.getByText('What \u201cchat\u201d says without it holds again for ip:192.0.2.9').waitFor();
      await giveReason(page, 'Over', 'End now');
      await said(page, /The override of \u201cchat\u201d for ip:192\.0\.2\.9 has ended/);
      // Neither of them holds of what is over.
      await page.locator('.facts', { hasText: 'Reason' }).waitFor();
      await page.getByText('Removed', { exact: true }).waitFor();
      expect(await page.locator('.facts dt', { hasText: /^(?:Ends|Applied)$/ }).count()).toBe(0);
    });

    flow(
      '10. a limit that is no whole number is refused at its field, and so is a reason that is too short',
      async () => {
        const page = await scene.open('#/policies/burst');
        await button(page, 'Change limit').click();
        for (const [label, wrong, least] of [
          ['Limit', '12.5', 0],
          ['Burst', '0', 1],
        ] as const) {
          await page.getByLabel(label, { exact: true }).fill(wrong);
          await button(page, 'Next').click();
          await page
            .locator('.error', { hasText: `Write a whole number from ${String(least)} to 1,000,000,000.` })
            .waitFor();
          await page.getByLabel(label, { exact: true }).fill('20');
        }
        for (let step = 0; step < 2; step++) await button(page, 'Next').click();
        await page.getByText('In 3 characters or more. The audit log keeps it.').waitFor();
        await giveReason(page, 'x', 'Start in shadow');
        await page.locator('.error', { hasText: 'Say why, in 3 characters or more.' }).waitFor();
        expect(await page.getByText('Say why').count()).toBe(1);
        // What the server says of a field is told there and not again.
        scene.expectErrors(/status of 400/);
        await page.route('**/api/overrides', async (route) => {
          const body = { ...(route.request().postDataJSON() as object), reason: 'x' };
          await route.continue({ postData: JSON.stringify(body) });
        });
        await giveReason(page, 'Long enough', 'Start in shadow');
        await page.locator('.error', { hasText: 'Say why, in 3 characters or more.' }).waitFor();
        expect(await page.getByText('Say why').count()).toBe(1);
      },
    );
  });
}
