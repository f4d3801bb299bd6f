import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });

/** A tab whose complaints are kept. */
export interface Watched {
  readonly page: Page;
  /** Errors of the console and of scripts; answers from 400 on are logged by the browser and belong here too. */
  readonly errors: string[];
  violations(): Promise<readonly string[]>;
}

const RECORD = `window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.__violations.push(event.violatedDirective + ' ' + event.blockedURI));`;

export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript(RECORD);
  await page.goto(url);
  return { page, errors, violations: () => page.evaluate<string[]>('window.__violations') };
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong, one line each. */
export async function axe(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`;
  return page.evaluate<string[]>(run);
}

/** Waits until an expression is true in the page. (`waitForFunction` would evaluate text there, which its policy forbids.) */
export async function eventually(page: Page, expression: string, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > end) throw new Error(`After ${String(withinMs)} ms this is still not true: ${expression}`);
    await page.waitForTimeout(50);
  }
}

/** Runs a test on a page; a picture is kept of one that fails. */
export async function picturedWhenFailing(page: Page, test: () => Promise<void>): Promise<void> {
  try {
    await test();
  } catch (error) {
    const path = join(tmpdir(), `admin-ui-${String(Date.now())}.png`);
    await page.screenshot({ path });
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nA picture of the page: ${path}`, {
      cause: error,
    });
  }
}
