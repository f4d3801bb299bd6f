import type { RateLimitAdmin } from '../rate-limit-admin';
import { schemas } from '../schemas';
import type { AdminRequest } from './exchange';
import type { AdminRoute } from './routes';

/** What was tried on, in words that may be shown. */
export interface Attempt {
  /** Empty where it is not known. */
  readonly target: string;
  /** `null` where it is of no single one, or of none that there is. */
  readonly policy: string | null;
}

/** What a request was meant for that is refused: what stands in its path, else in its body, as far as that can be read. */
export function attemptOf(admin: RateLimitAdmin, { action }: AdminRoute, { params = {}, body }: AdminRequest): Attempt {
  switch (action) {
    case 'entry.create': {
      const { data } = schemas.entryAttempt.safeParse(body);
      return { target: data === undefined ? '' : admin.lists.attempted(data.list, data.match), policy: null };
    }
    case 'override.create': {
      const { data } = schemas.overrideAttempt.safeParse(body);
      if (data === undefined) return { target: '', policy: null };
      const policy = admin.policies.nameOf(data.policy);
      return { target: admin.overrides.attempted(data.policy, data.scope, policy), policy };
    }
    case 'key.reset': {
      const { data } = schemas.resetAttempt.safeParse(body);
      const policy = admin.policies.nameOf(data?.policy);
      return { target: admin.keys.attempted(data?.keys ?? [], policy), policy };
    }
    default:
      return { target: Object.values(params).join(' '), policy: null };
  }
}
