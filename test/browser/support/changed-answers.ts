import type { Page } from 'playwright-core';

/** Lets the server answer what the page asks, and changes the text of the answer on its way. */
export async function changeAnswers(page: Page, asked: string, change: (text: string) => string): Promise<void> {
  await page.route(asked, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.text()) });
  });
}
