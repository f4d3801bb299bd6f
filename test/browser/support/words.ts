import type { Locator, Page } from 'playwright-core';

export const button = (page: Page | Locator, name: string): Locator => page.getByRole('button', { name, exact: true });

/** What a dialog asks of everybody: why, and then the button that does it. */
export async function giveReason(page: Page, reason: string, confirm: string): Promise<void> {
  const dialog = page.locator('dialog[open]').last();
  await dialog.getByLabel('Reason').fill(reason);
  await button(dialog, confirm).click();
}

/** The short message after something was done. */
export const said = (page: Page, text: RegExp): Promise<void> =>
  page.locator('.toast', { hasText: text }).first().waitFor();

export const title = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

export const isLive = (page: Page): Promise<void> => page.locator('.dot.is-live').waitFor();
