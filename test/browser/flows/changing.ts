import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { until } from '../../support/load-until';
import { describeScene } from '../support/scene';
import { holdAnswers } from '../support/held-answers';
import { button, giveReason, said } from '../support/words';

/** Flows 9 and 10 of what an operator does: to change limits. */
export function changingLimits(adapter: AdapterName): void {
  describeScene(adapter, (flow, scene) => {
    flow('9. and 10. changes a limit: in shadow, enforced on all instances, rolled back, ended', async () => {
      const { stage } = scene;
      const address = newAddress();
      const page = await scene.open('#/policies/chat');
      await button(page, 'Change limit').click();
      await page.getByLabel('Limit', { exact: true }).fill('3');
      await button(page, 'Next').click();
      await page.getByText('No traffic is recorded').waitFor();
      await button(page, 'Next').click();
      await page.getByText('clients notice nothing').waitFor();
      await giveReason(page, 'Month end', 'Start in shadow');
      await said(page, /tried in shadow/);
      await page.goto(`${stage.url}#/overrides`);
      await page.getByRole('link', { name: /limit 3/ }).click();
      await page.getByText('2 of 2').waitFor();
      const told = async (instance: number) =>
        (await stage.chat(newAddress(), instance)).headers.get('ratelimit-policy') ?? '';
      // The limit of code goes on: clients notice nothing of what 3 would refuse.
      expect(await told(1)).toContain('"chat";q=5;');
      expect(await stage.times(6, () => stage.chat(address))).toEqual([200, 200, 200, 200, 200, 429]);
      await page.goto(`${stage.url}#/policies/chat`);
      await page.locator('.tile', { hasText: 'Would deny' }).getByText('3 in all').waitFor();
      await page.getByText('trying 3 / 1m').waitFor();
      await page.goto(`${stage.url}#/keys/${encodeURIComponent(`ip:${address}`)}`);
      await page.locator('tr', { hasText: 'Tried in shadow' }).getByText('Would be blocked').waitFor();
      await page.goBack();
      await page.goBack();
      await button(page, 'Enforce').click();
      await giveReason(page, 'Looks right', 'Enforce');
      await said(page, /is enforced/);
      await page.locator('tr', { hasText: 'Looks right' }).waitFor();
      await page.getByText('2 of 2').waitFor();
      for (const instance of [0, 1]) {
        await until('clients to be told the new limit', async () => (await told(instance)).includes('"chat";q=3;'));
      }
      await button(page, 'Roll back to version 1').click();
      await giveReason(page, 'Too early', 'Roll back');
      await said(page, /Version 1 holds again/);
      await button(page, 'End now').click();
      await giveReason(page, 'Over', 'End now');
      await said(page, /as code says again/);
      await until('the limit of code', async () => (await told(1)).includes('"chat";q=5;'));
    });

    flow('10. an override ends by itself, and of two who edit the slower is told what the other did', async () => {
      const { stage } = scene;
      const made = await stage.ask<{ id: string; version: number }>('POST', 'overrides', {
        ...{ policy: 'write', scope: { kind: 'policy' } },
        ...{ patch: { limit: 50, mode: 'shadow' }, reason: 'a test' },
      });
      const page = await scene.open(`#/overrides/${made.id}`);
      const second = await scene.tab(page.context(), `${stage.url}#/overrides/${made.id}`);
      for (const tab of [page, second]) await button(tab, 'Enforce').click();
      await giveReason(page, 'First', 'Enforce');
      await said(page, /is enforced/);
      scene.expectErrors(/status of 412/);
      // Behind the dialog the page has learnt of it meanwhile, which must not make the dialog speak for it.
      await second.locator('tr', { hasText: 'First' }).waitFor();
      await giveReason(second, 'Second', 'Enforce');
      await second.getByText(/operator has changed this meanwhile/).waitFor();
      expect(await second.locator('dialog').getByLabel('Reason').inputValue()).toBe('Second');
      await button(second.locator('dialog'), 'Cancel').click();
      await button(second, 'Change limit').click();
      await second.getByLabel('Limit', { exact: true }).fill('40');
      for (let step = 0; step < 2; step++) await button(second, 'Next').click();
      await button(page, 'End now').click();
      await giveReason(page, 'Over', 'End now');
      await said(page, /as code says again/);
      await second.locator('tr', { hasText: 'Over' }).waitFor();
      await second.locator('dialog').getByText('limit 40 \u00b7 Enforced').waitFor();
      await giveReason(second, 'More of it', 'Apply');
      await second.getByText(/operator has changed this meanwhile/).waitFor();
      await stage.ask('POST', 'overrides', {
        ...{ policy: 'burst', scope: { kind: 'policy' } },
        ...{ patch: { limit: 30 }, reason: 'a test', expiresInMs: 3_000 },
      });
      await page.goto(`${stage.url}#/overrides?state=expired`);
      await page.locator('tbody tr', { hasText: 'burst' }).getByText('Expired').waitFor();
    });

    flow('9. what is changed already is changed again: a trial, and a limit in force', async () => {
      const { stage } = scene;
      const patch = { limit: 9, per: 120_000, mode: 'shadow' };
      const body = { policy: 'burst', scope: { kind: 'policy' }, patch, reason: 'a test', confirm: 'burst' };
      const made = await stage.ask<{ id: string }>('POST', 'overrides', body);
      const now = () => stage.ask<{ patch: object }>('GET', `overrides/${made.id}`);
      const page = await scene.open('#/policies/burst');
      await button(page, 'Change limit').click();
      await page.getByText('An override is there already: limit 9 \u00b7 per 120,000 ms \u00b7 Shadow.').waitFor();
      expect(await page.getByRole('radio', { name: /Shadow first/ }).isChecked()).toBe(true);
      await page.getByLabel('Limit', { exact: true }).fill('30');
      await page.getByRole('radio', { name: /Enforce now/ }).check();
      for (let step = 0; step < 2; step++) await button(page, 'Next').click();
      await giveReason(page, 'Still too many', 'Apply');
      await said(page, /has changed/);
      // What was left blank stays as the override says.
      expect((await now()).patch).toEqual({ limit: 30, per: 120_000, mode: 'enforce' });
      await page.goto(`${stage.url}#/overrides/${made.id}`);
      // Until it is known what is there, nothing is chosen that would then become something else, and nobody goes on.
      const answer = await holdAnswers(page, /\/overrides(?:\?|$)/);
      await button(page, 'Change limit').click();
      await page.getByText('Shadow first').waitFor();
      expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
      expect(await button(page, 'Next').isDisabled()).toBe(true);
      answer();
      await page.getByText('An override is there already: limit 30 \u00b7 per 120,000 ms \u00b7 Enforced.').waitFor();
      await page.getByLabel('Limit', { exact: true }).fill('40');
      expect(await page.getByRole('radio', { name: /Enforce now/ }).isChecked()).toBe(true);
      await page.getByRole('radio', { name: /Shadow first/ }).check();
      for (let step = 0; step < 2; step++) await button(page, 'Next').click();
      await page.getByText('what holds without it is enforced again').waitFor();
      await giveReason(page, 'Only to see', 'Start in shadow');
      await said(page, /tried in shadow/);
      expect((await now()).patch).toEqual({ limit: 40, per: 120_000, mode: 'shadow' });
    });

    flow(
      '9. a key meets the override that is there for it, however it is written, and the policy counts it',
      async () => {
        scene.expectErrors(/status of 400/);
        const { stage } = scene;
        const page = await scene.open('#/overrides');
        const begin = async (key: string, policy = 'chat') => {
          await button(page, 'New override').click();
          await page.getByLabel('Policy', { exact: true }).selectOption(policy);
          await page.getByRole('radio', { name: /One key/ }).check();
          await page.getByLabel('Key', { exact: true }).fill(key);
          await button(page, 'Next').click();
        };
        await stage.ask('POST', 'overrides', {
          ...{ policy: 'chat', scope: { kind: 'key', key: 'ip:2001:db8:7:8::9' }, patch: { limit: 4 } },
          ...{ reason: 'a test' },
        });
        await begin('2001:DB8:7:8:0::1');
        await page.getByText('An override is there already: limit 4.').waitFor();
        await page.getByLabel('Limit', { exact: true }).fill('6');
        for (let step = 0; step < 2; step++) await button(page, 'Next').click();
        await page.locator('dialog').getByText('chat \u00b7 ip:2001:db8:7:8::').waitFor();
        await giveReason(page, 'Customer called', 'Apply');
        await said(page, /has changed/);
        await page.locator('tbody tr', { hasText: 'ip:2001:db8:7:8::' }).getByText('limit 6').waitFor();
        await begin('2001:db8:7:8::/64');
        await page.getByText('This is a range.').waitFor();
        await page.getByLabel('Key', { exact: true }).fill('user:bob');
        await button(page, 'Next').click();
        await page.getByText('\u201cchat\u201d does not count \u201cuser:bob\u201d').waitFor();
      },
    );

    flow('9. says that shadow without a number stops a policy from refusing', async () => {
      const page = await scene.open('#/policies/reports');
      await button(page, 'Change limit').click();
      for (let step = 0; step < 2; step++) await button(page, 'Next').click();
      await page.getByText('it refuses nobody any more').waitFor();
    });

    flow('10. a change of more than tenfold has to be confirmed by name', async () => {
      const page = await scene.open('#/policies/login');
      await button(page, 'Change limit').click();
      await page.getByLabel('Limit', { exact: true }).fill('1000');
      await button(page, 'Next').click();
      await button(page, 'Next').click();
      await giveReason(page, 'Load test', 'Start in shadow');
      await page.getByText('This is not the name of the policy.').waitFor();
      await page.getByLabel('Type “login” to confirm').fill('login');
      await button(page, 'Start in shadow').click();
      await said(page, /tried in shadow/);
    });

    flow('10. more than tenfold is measured by what code says, whatever is in force', async () => {
      const { stage } = scene;
      await stage.ask('POST', 'overrides', {
        ...{ policy: 'read', scope: { kind: 'policy' }, patch: { limit: 5 } },
        ...{ reason: 'a test', confirm: 'read' },
      });
      const page = await scene.open('#/keys/ip%3A192.0.2.77');
      await button(page, 'Override\u2026').click();
      await page.getByLabel('Policy', { exact: true }).selectOption('read');
      await button(page, 'Next').click();
      await page.getByLabel('Limit', { exact: true }).fill('8');
      for (let step = 0; step < 2; step++) await button(page, 'Next').click();
      await page.getByLabel('Type \u201cread\u201d to confirm').fill('read');
      await giveReason(page, 'An attack', 'Start in shadow');
      await said(page, /tried in shadow/);
    });
  });
}
