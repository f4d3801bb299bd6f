// A limit that comes from the environment (RATE_LIMIT_CHAT, a minute):
//
//   curl -i localhost:3000/api/chat -H 'content-type: application/json' -d '{"message":"hello"}'
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { RateLimit } from 'nest-floodgate';
import { z } from 'zod';

const Message = z.object({ message: z.string().min(1).max(1000) });

@Controller('api/chat')
export class ChatController {
  @Post()
  @HttpCode(200)
  @RateLimit('chat')
  answer(@Body({ schema: Message }) { message }: z.infer<typeof Message>): { readonly reply: string } {
    return { reply: `You said: ${message}` };
  }
}
