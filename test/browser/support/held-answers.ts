import type { Page } from 'playwright-core';

/** Lets the page wait for the answers to what it asks, until the function that is returned is called. */
export async function holdAnswers(page: Page, asked: RegExp): Promise<() => void> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(asked, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}
