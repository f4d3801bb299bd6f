// Takes the pictures of docs/admin-ui.md: every page, in both themes. `node tools/screenshots.mjs [--url http://…/admin]
// [--token …] [--out docs/images] [--widths 1440,768,320] [--only overview]`. Without an address it starts the page with
// an invented service behind it; without a token it does not sign in.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string' },
    out: { type: 'string', default: join(root, 'docs/images') },
    widths: { type: 'string', default: '1440' },
    only: { type: 'string' },
  },
});

const PAGES = [
  ['overview', '#/'],
  ['policies', '#/policies'],
  ['policy', '#/policies/login'],
  ['policy-configuration', '#/policies/search?tab=configuration'],
  ['keys', '#/keys'],
  ['key', '#/keys/ip%3A203.0.113.9'],
  ['blocked', '#/blocked'],
  ['lists', '#/lists'],
  ['overrides', '#/overrides'],
  ['override', '#/overrides', (page) => page.click('table a[href^="#/overrides/"]')],
  ['override-dialog', '#/policies/login', openOverride],
  ['simulate', '#/simulate?policy=search&limit=45'],
  ['audit', '#/audit'],
  ['system', '#/system'],
];

async function openOverride(page) {
  await page.click('.page-head .button.is-primary');
  await page.fill('dialog input[type=number]', '20');
}

async function start() {
  const child = spawn('node', [join(root, 'libs/admin-ui/dev/run.mjs'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [url] = await new Promise((resolve) => lines.once('line', (line) => resolve([line])));
  return { url, stop: () => child.kill() };
}

async function signIn(page, token) {
  if (!token) return;
  await page.fill('input[type=password]', token);
  await page.keyboard.press('Enter');
}

async function take(context, width, [name, hash, prepare], file) {
  const page = await context.newPage();
  await page.setViewportSize({ width, height: width > 1000 ? 900 : 800 });
  await page.goto(service.url + hash);
  if (await page.locator('input[type=password]').count()) await signIn(page, values.token);
  await page.waitForSelector('.content h1');
  // The first seconds of the stream, and the table behind the heading.
  await page.waitForTimeout(1300);
  await prepare?.(page);
  if (prepare) await page.waitForTimeout(600);
  await page.screenshot({ path: file, fullPage: !name.endsWith('dialog') });
  await page.close();
}

const service = values.url ? { url: values.url, stop: () => undefined } : await start();
const profile = mkdtempSync(join(tmpdir(), 'screenshots-'));
mkdirSync(values.out, { recursive: true });
try {
  for (const theme of ['light', 'dark']) {
    const context = await chromium.launchPersistentContext(join(profile, theme), {
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync'],
      ],
      colorScheme: theme,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    });
    for (const width of values.widths.split(',').map(Number)) {
      for (const entry of PAGES.filter(([name]) => !values.only || values.only.split(',').includes(name))) {
        const size = values.widths.includes(',') ? `-${width}` : '';
        await take(context, width, entry, join(values.out, `admin-${entry[0]}-${theme}${size}.png`));
      }
    }
    await context.close();
  }
} finally {
  service.stop();
  rmSync(profile, { recursive: true, force: true });
}
