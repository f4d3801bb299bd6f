// A token bucket and a window at once, decided together. Ten pass at once, two more with a second before each, and
// then the window says no:
//
//   for i in $(seq 15); do
//     curl -s -o /dev/null -w '%{http_code}\n' localhost:3000/api/burst; test $i -lt 10 || sleep 1
//   done
import { Controller, Get } from '@nestjs/common';
import { RateLimit } from 'nest-floodgate';

@Controller('api/burst')
export class BurstController {
  @Get()
  @RateLimit('burst', 'sustained')
  burst(): { readonly ok: true } {
    return { ok: true };
  }
}
