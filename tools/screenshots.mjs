// Takes the pictures of docs/admin-ui.md: every page of the demo in both themes, some of them on smaller screens too.
// `npm run screenshots`; `-- --out folder --only overview,keys --everywhere` takes some, in every width, elsewhere.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startDemo } from './demo/start-demo.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'docs/images') },
    only: { type: 'string' },
    everywhere: { type: 'boolean', default: false },
  },
});

/** How long the demo runs before, so that the five minutes of the charts are full of it: most of the time that all takes. */
const WARM_UP_MS = 285_000;
const THEMES = ['light', 'dark'];
const WIDE = 1440;
const HEIGHTS = { 1440: 900, 768: 1024, 320: 700 };
/** What the gallery has: these, and some of them on smaller screens too, in one theme each. */
const GALLERY = ['overview', 'policy', 'key', 'blocked', 'override-dialog', 'simulate', 'system'];
const SMALL_TOO = ['overview', 'key', 'blocked'];
const SMALL = [
  [768, 'light'],
  [320, 'dark'],
];

/** Name, place, and what is done there before the picture. */
const PAGES = [
  ['overview', '#/'],
  ['policies', '#/policies'],
  ['policy', '#/policies/chat'],
  ['policy-configuration', '#/policies/read?tab=configuration'],
  ['keys', '#/keys'],
  ['key', '#/keys/ip%3A203.0.113.9'],
  ['blocked', '#/blocked'],
  ['lists', '#/lists'],
  ['overrides', '#/overrides'],
  ['override', '#/overrides', (page) => page.click('table a[href^="#/overrides/"]')],
  ['override-dialog', '#/policies/chat', openOverride],
  ['simulate', '#/simulate?policy=chat&limit=40'],
  ['audit', '#/audit'],
  ['system', '#/system'],
];

async function openOverride(page) {
  await page.click('.page-head .button.is-primary');
  await page.fill('dialog input[type=number]', '120');
}

async function take(page, [name, hash, prepare], theme, width) {
  await page.setViewportSize({ width, height: HEIGHTS[width] });
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(demo.url + hash);
  await page.waitForSelector('.content h1');
  await page.waitForSelector('.skeleton', { state: 'detached' });
  await page.waitForSelector('.dot.is-live');
  if (name !== 'degraded') await page.waitForSelector('.banner', { state: 'detached', timeout: 120_000 });
  await prepare?.(page);
  // What follows an answer: a chart, a table behind its heading, a dialog that slides in.
  await pause(700);
  const size = width === WIDE ? '' : `-${width}`;
  const path = join(values.out, `admin-${name}-${theme}${size}.png`);
  await page.screenshot({ path, fullPage: !name.endsWith('dialog') && width !== 320 });
  console.log(path);
  // A dialog would outlive the next address.
  await page.keyboard.press('Escape');
}

async function signIn(page) {
  await page.goto(demo.url);
  await page.fill('input[type=password]', demo.token);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.dot.is-live');
}

mkdirSync(values.out, { recursive: true });
const demo = await startDemo({ steady: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  const page = await browser.newPage({ locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  // It watches meanwhile, so that its charts know every second.
  await signIn(page);
  console.log(`The demo runs for ${String(WARM_UP_MS / 1_000)} seconds before the first picture is taken.`);
  await pause(WARM_UP_MS);
  const names = values.only?.split(',') ?? (values.everywhere ? PAGES.map(([name]) => name) : GALLERY);
  for (const entry of PAGES.filter(([name]) => names.includes(name))) {
    for (const theme of THEMES) await take(page, entry, theme, WIDE);
    const small = SMALL.flatMap(([width, theme]) =>
      (values.everywhere ? THEMES : [theme]).map((each) => [width, each]),
    );
    if (!values.everywhere && !SMALL_TOO.includes(entry[0])) continue;
    for (const [width, theme] of small) await take(page, entry, theme, width);
  }
  demo.redis.pause();
  await page.getByText('Store degraded.').waitFor();
  for (const theme of THEMES) await take(page, ['degraded', '#/blocked'], theme, WIDE);
  demo.redis.resume();
} finally {
  await browser.close();
  await demo.stop();
}
