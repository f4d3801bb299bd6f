import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { AdapterName } from '../../support/apps';
import { newAddress } from '../../support/client';
import { launch, PATIENCE_MS } from './browser';
import { Stage, TOKEN } from './stage';

/** Longer than anything waits for, so that what is late is told by name. */
const LONGEST_MS = 90_000;

const RECORD = `window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.__violations.push(event.violatedDirective + ' ' + event.blockedURI));`;

interface TabOptions extends BrowserContextOptions {
  readonly url?: string;
  /** As nobody who is known; the others are signed in. */
  readonly signedOut?: boolean;
}

/** The sample, a browser before it, and whoever is signed in: for the flows of one adapter. */
export class Scene {
  browser!: Browser;
  stage!: Stage;
  private session: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;
  private readonly tabs: Page[] = [];
  private complaints: string[] = [];
  private expected: readonly RegExp[] = [];
  private readonly failed = new Set<string>();
  private startAgain = (): Promise<void> => Promise.resolve();

  async start(adapter: AdapterName, variables?: Readonly<Record<string, string>>): Promise<void> {
    this.startAgain = () => this.start(adapter, variables);
    [this.browser, this.stage] = await Promise.all([launch(), Stage.start(adapter, variables)]);
    const page = await this.open('', { signedOut: true });
    await page.getByLabel('Token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    this.session = await page.context().storageState();
    await page.context().close();
    this.tabs.length = 0;
    this.complaints = [];
  }

  async stop(): Promise<void> {
    // What has not started is not stopped: the cause is told by whoever could not start it.
    await (this.browser as Browser | undefined)?.close();
    await (this.stage as Stage | undefined)?.stop();
  }

  /** A new tab in a browser of its own, at a place in the page such as `#/blocked`. */
  async open(hash = '', { url = this.stage.url, signedOut = false, ...options }: TabOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      extraHTTPHeaders: { 'x-forwarded-for': newAddress() },
      ...(signedOut || this.session === undefined ? {} : { storageState: this.session }),
      ...options,
    });
    return this.tab(context, url + hash);
  }

  /** Another tab of the same browser. */
  async tab(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    this.tabs.push(page);
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    await page.addInitScript(RECORD);
    await page.goto(url);
    // What comes before it is known who looks has neither.
    await page.locator('.content h1, .gate form').first().waitFor();
    return page;
  }

  /** Answers that the browser logs as errors and that belong to a flow: the console may say these. */
  expectErrors(...patterns: readonly RegExp[]): void {
    this.expected = patterns;
  }

  /**
   * Runs a flow, keeps a picture of each tab when it fails, and looks at what the browser had to complain of. What a flow
   * has left behind that failed half way is gone for the others, and at its second try what they have left is.
   */
  async play(title: string, act: () => Promise<void>): Promise<void> {
    if (this.failed.has(title)) await this.beginAnew();
    try {
      await act();
      const unexpected = this.complaints.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
      expect(unexpected).toEqual([]);
      for (const page of this.openTabs()) expect(await page.evaluate('window.__violations')).toEqual([]);
    } catch (error) {
      const pictured = await this.pictured(error);
      this.failed.add(title);
      await this.beginAnew();
      throw pictured;
    }
    await this.leave();
  }

  private async beginAnew(): Promise<void> {
    await this.leave();
    await this.stop();
    await this.startAgain();
  }

  private openTabs(): Page[] {
    return this.tabs.filter((tab) => !tab.isClosed());
  }

  private async leave(): Promise<void> {
    // What a route is still busy with fails when its tab goes, and would be laid to the next flow.
    for (const page of this.openTabs()) await page.unrouteAll({ behavior: 'ignoreErrors' });
    for (const page of this.tabs.splice(0)) await page.context().close();
    this.complaints = [];
    this.expected = [];
  }

  private async pictured(error: unknown): Promise<Error> {
    const pictures: string[] = [];
    for (const [index, page] of this.tabs.entries()) {
      const path = join(tmpdir(), `floodgate-browser-${String(Date.now())}-${String(index)}.png`);
      await page.screenshot({ path, timeout: 5_000 }).then(
        () => pictures.push(path),
        () => undefined,
      );
    }
    const told = error instanceof Error ? error.message : String(error);
    return new Error(`${told}\nPictures of the page: ${pictures.join(', ')}`, { cause: error });
  }
}

/** Starts the sample on an adapter for the tests that `declare` makes by the function it is given. */
export function describeScene(
  adapter: AdapterName,
  declare: (flow: (title: string, act: () => Promise<void>) => void, scene: Scene) => void,
  variables?: Readonly<Record<string, string>>,
): void {
  describe(`on ${adapter}`, () => {
    const scene = new Scene();
    beforeAll(() => scene.start(adapter, variables), LONGEST_MS);
    afterAll(() => scene.stop(), LONGEST_MS);
    declare((title, act) => {
      test(title, () => scene.play(title, act), LONGEST_MS);
    }, scene);
  });
}
