import { type INestApplication, RequestMethod, VersioningType } from '@nestjs/common';
import type { Browser } from 'playwright-core';
import { readConfig } from '../../apps/sample/src/config';
import { createApp } from '../../apps/sample/src/create-app';
import { adapters, running } from '../support/apps';
import { launch, PATIENCE_MS } from './support/browser';
import { startRewritingProxy } from '../support/rewriting-proxy';
import { TOKEN } from './support/stage';
import { isLive } from './support/words';

jest.setTimeout(90_000);

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await (browser as Browser | undefined)?.close();
});

interface Mount {
  readonly behind: string;
  readonly configure?: (app: INestApplication) => void;
  /** Where the page then is for whoever looks. */
  readonly path: string;
  /** What a proxy shows outside, and what of the app that is. */
  readonly proxied?: readonly [outside: string, inside: string];
}

const MOUNTS: readonly Mount[] = [
  { behind: 'a global prefix', configure: (app) => app.setGlobalPrefix('v1/shop'), path: '/v1/shop/admin' },
  {
    behind: 'a global prefix that leaves the page out',
    configure: (app) =>
      app.setGlobalPrefix('v1', {
        exclude: ['admin', 'admin/{*rest}'].map((path) => ({ path, method: RequestMethod.ALL })),
      }),
    path: '/admin',
  },
  {
    behind: 'versions in the path',
    configure: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' }),
    path: '/admin',
  },
  {
    behind: 'a global prefix and versions in the path',
    configure: (app) => {
      app.setGlobalPrefix('v1');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
    },
    path: '/v1/admin',
  },
  { behind: 'a proxy that takes a prefix away', path: '/tools/limits/admin', proxied: ['/tools/limits', ''] },
  {
    behind: 'a proxy that puts a prefix there',
    configure: (app) => app.setGlobalPrefix('internal'),
    path: '/admin',
    proxied: ['', '/internal'],
  },
];

describe.each(adapters)('on %s', (adapter) => {
  test.each(MOUNTS)(
    '1. the page works behind $behind, with and without a slash at its end, without being told where it is',
    async ({ configure, path, proxied }) => {
      const config = readConfig({ ADAPTER: adapter, ADMIN_TOKEN: TOKEN, LOG_LEVEL: 'fatal' });
      const nest = await createApp(config);
      configure?.(nest);
      const app = await running(nest);
      const proxy = proxied === undefined ? undefined : await startRewritingProxy(app.port, ...proxied);
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        const errors: string[] = [];
        page.on('console', (message) => {
          if (message.type() === 'error' && !/status of 401/.test(message.text())) errors.push(message.text());
        });
        const address = `${proxy?.url ?? app.url}${path}`;
        await page.goto(address);
        await page.getByLabel('Token').fill(TOKEN);
        await page.keyboard.press('Enter');
        await isLive(page);
        // Signed in here is signed in there.
        for (const spelling of [`${address}/`, `${address}/?from=mail#/policies`, address]) {
          await page.goto(spelling);
          await page.reload();
          await isLive(page);
        }
        expect(errors).toEqual([]);
      } finally {
        await context.close();
        await proxy?.close();
        await app.close();
      }
    },
  );
});
