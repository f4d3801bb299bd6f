import type { Actor, AdminRole } from './common';

/** What the page needs first. */
export interface Bootstrap {
  readonly actor: Actor;
  readonly roles: readonly AdminRole[];
  /** How the operator is known: `token` can log out. */
  readonly authentication: 'token' | 'guard' | 'none';
  /** Unix milliseconds; `null` where the session does not end by itself. */
  readonly sessionExpiresAtMs: number | null;
  readonly readOnly: boolean;
  readonly environment: EnvironmentBadge | null;
  readonly features: {
    readonly recording: boolean;
    readonly simulation: boolean;
    readonly statistics: boolean;
    readonly shared: boolean;
  };
  readonly version: string;
  readonly serverTimeMs: number;
  /** Expiry offered first, in milliseconds. */
  readonly defaultExpiryMs: number;
  /** Documents for “more about this”. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

export interface EnvironmentBadge {
  readonly label: string;
  readonly color: 'red' | 'amber' | 'green' | 'blue' | 'grey';
}

export interface LoginRequest {
  readonly token: string;
}

export interface Session {
  readonly actor: Actor;
  readonly roles: readonly AdminRole[];
  readonly expiresAtMs: number;
}
