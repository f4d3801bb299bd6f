import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { Reflector } from '@nestjs/core';
import { ThrottlerStorageService } from '@nestjs/throttler';
import { ThrottlerGuard } from 'nest-floodgate/throttler';

class Gateway {
  onMessage(): void {
    // Only its name matters.
  }
}

/** The guard's answers to two messages of one client with that body. */
async function answersTo(body: unknown): Promise<unknown[]> {
  const guard = new ThrottlerGuard([{ ttl: 10_000, limit: 1 }], new ThrottlerStorageService(), new Reflector());
  await guard.onModuleInit();
  const context = new ExecutionContextHost([{ ip: '192.0.2.1' }, body], Gateway, Gateway.prototype.onMessage);
  context.setType('ws');
  const answer = () => guard.canActivate(context).catch((error: unknown) => (error as Error).constructor.name);
  return [await answer(), await answer()];
}

test.each([undefined, null, 'text', { header: 'text' }])(
  'a message with the body %p is limited, though it has no response',
  async (body) => {
    expect(await answersTo(body)).toEqual([true, 'ThrottlerException']);
  },
);
