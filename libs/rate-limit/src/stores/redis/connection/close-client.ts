import type { ManagedClient } from './redis-client';

/** How long to wait for what is in flight, and then for the connection to be gone. */
const QUIT_MS = 1_500;
const END_MS = 300;

/** Ends a client: politely where it is connected, so that what is in flight is answered, and at once where it is not. */
export async function closeClient(client: ManagedClient): Promise<void> {
  if (client.status === 'end') return;
  const ended = new Promise<void>((resolve) => {
    client.on('end', resolve);
  });
  const isConnected = client.status === 'ready';
  if (isConnected) {
    const quit = client.quit().then(
      () => true,
      () => false,
    );
    if (await within(QUIT_MS, quit)) await within(END_MS, ended);
  }
  // TypeScript does not see that the status has changed meanwhile.
  if (client.status !== 'end') {
    const wasWaiting = client.status === 'reconnecting' || client.status === 'wait';
    client.disconnect();
    // A client that waits to reconnect has no connection whose end it could tell.
    if (!wasWaiting) await within(END_MS, ended);
  }
}

/** The result, or `undefined` where it takes longer. */
async function within<T>(ms: number, result: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
