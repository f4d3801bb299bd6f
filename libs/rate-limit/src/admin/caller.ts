import type { Actor, AdminRole } from './api';

/** Who asks, and what they may do. */
export interface Caller {
  readonly actor: Actor;
  readonly role: AdminRole;
  readonly requestId: string | null;
}

export const ROLES: readonly AdminRole[] = ['read', 'operate', 'configure'];

/** Each role includes those before it. */
export function includesRole(role: AdminRole, needed: AdminRole): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** For calls by code: may do everything. */
export const CODE: Caller = { actor: { id: 'code', name: 'Code' }, role: 'configure', requestId: null };
