// What there is to try, without a limit:
//
//   curl -i localhost:3000/
import { Controller, Get } from '@nestjs/common';
import { SkipRateLimit } from 'nest-floodgate';

@Controller()
export class IndexController {
  @Get()
  @SkipRateLimit()
  index() {
    return {
      'GET /api/v1/items': '100 in 15 minutes',
      'POST /api/v1/items': '60 in 15 minutes; { "name": … }',
      'POST /api/chat': 'RATE_LIMIT_CHAT a minute; { "message": … }',
      'POST /api/login': '5 in 15 minutes for an address and a user name; { "username": …, "password": … }',
      'GET /api/reports?months=n': 'a unit for every month, 24 units a minute',
      'GET /api/plans': '10 a minute, 50 with x-plan: pro, for the user in x-user',
      'GET /api/burst': '10 at once, then one a second, and 12 a minute',
      'all of them, and what does not exist': 'RATE_LIMIT_REQUESTS a minute together',
    };
  }
}
