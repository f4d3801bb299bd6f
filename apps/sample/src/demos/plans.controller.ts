// A limit that depends on who asks: 10 a minute for everybody, 50 for users who pay. By user, so that colleagues behind
// one address do not share; without a user, by address:
//
//   curl -i localhost:3000/api/plans -H 'x-user: ada' -H 'x-plan: pro'
//   curl -i localhost:3000/api/plans -H 'x-user: bob'
//   curl -i localhost:3000/api/plans
import { Controller, Get, Req } from '@nestjs/common';
import { RateLimit, type RateLimitContext } from 'nest-floodgate';
import type { Plan, User } from '../header-user.guard';

const PER_MINUTE: Readonly<Record<Plan, number>> = { free: 10, pro: 50 };

@Controller('api/plans')
export class PlansController {
  @Get()
  @RateLimit('plans')
  mine(@Req() { user }: { readonly user?: User }) {
    const plan = user?.plan ?? 'free';
    return { user: user?.id ?? null, plan, requestsPerMinute: PER_MINUTE[plan] };
  }
}

export function limitOfPlan({ request }: RateLimitContext): number {
  const user = request.user as User | undefined;
  return PER_MINUTE[user?.plan ?? 'free'];
}
