// Attempts to log in, limited by address and user name together. The sixth is refused, however the name is written;
// another name may still try:
//
//   for name in ada ADA ' ada ' Ada aDa ada bob; do
//     curl -s -o /dev/null -w "%{http_code} $name\n" localhost:3000/api/login \
//       -H 'content-type: application/json' -d "{\"username\":\"$name\",\"password\":\"guess\"}"
//   done
import { Body, Controller, Post, UnauthorizedException } from '@nestjs/common';
import { RateLimit, type RateLimitContext } from 'nest-floodgate';
import { z } from 'zod';

const Credentials = z.object({ username: z.string().trim().min(1).max(100), password: z.string().min(1).max(100) });

@Controller('api/login')
export class LoginController {
  @Post()
  @RateLimit('login')
  login(@Body({ schema: Credentials }) { username }: z.infer<typeof Credentials>): never {
    // There are no accounts here: every attempt is a wrong guess.
    throw new UnauthorizedException(`No account "${username}" with that password.`);
  }
}

/** One name, however it is written. Guards run before the body is validated, so it may be anything. */
export const byLoginName = {
  kind: 'login name',
  resolve({ request }: RateLimitContext): string | undefined {
    const { username } = (request.body ?? {}) as { readonly username?: unknown };
    return typeof username === 'string' ? username.trim().toLowerCase() : undefined;
  },
};
