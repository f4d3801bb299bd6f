import { createContext, useContext } from 'react';
import type { AdminRole, Bootstrap } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';
import { live } from '../live/live';
import { useStore } from '../lib/store';

/** What the server has said about who looks and what is there. */
export const SessionContext = createContext<Bootstrap | null>(null);

export function useSession(): Bootstrap {
  const session = useContext(SessionContext);
  if (!session) throw new Error('The session is known before any page is drawn.');
  return session;
}

/** Why something may not be done now, in a sentence; `null` where it may. The server checks again. */
export function useRefusal(needs: AdminRole): string | null {
  const { roles, readOnly } = useSession();
  const { frame } = useStore(live);
  if (readOnly) return t('refusal.readOnly');
  if (!roles.includes(needs))
    return t('refusal.role', { role: t(needs === 'operate' ? 'role.operate' : 'role.configure') });
  if (frame?.degraded.some(({ kind }) => kind === 'control')) return t('refusal.control');
  return null;
}
