import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';

export type Plan = 'free' | 'pro';

export interface User {
  readonly id: string;
  readonly plan: Plan;
}

interface Request {
  readonly headers: IncomingHttpHeaders;
  user?: User;
}

/**
 * Stands in for authentication: it believes the headers `x-user` and `x-plan`, so that a `curl` can be anybody. A real
 * app checks a token here.
 */
@Injectable()
export class HeaderUserGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const id = request.headers['x-user'];
    if (typeof id === 'string' && id !== '') {
      request.user = { id, plan: request.headers['x-plan'] === 'pro' ? 'pro' : 'free' };
    }
    return true;
  }
}
