import type { ReactNode } from 'react';
import type { AdminRole } from '../../../rate-limit/src/admin/api';
import { Button } from '../components/button';
import type { IconName } from '../components/icon';
import { useRefusal, useSession } from './session';

interface ActButtonProps {
  readonly needs: Exclude<AdminRole, 'read'>;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly small?: boolean;
  readonly icon?: IconName;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A button that changes something: absent for those who never may, and told why where it cannot be used now. */
export function ActButton({ needs, disabled = false, label, onClick, children, ...look }: ActButtonProps) {
  const { roles, readOnly } = useSession();
  const refusal = useRefusal(needs);
  if (readOnly || !roles.includes(needs)) return null;
  const blocked = disabled || refusal !== null;
  return (
    <Button
      {...look}
      aria-disabled={blocked}
      aria-label={label}
      title={refusal ?? undefined}
      onClick={() => {
        if (!blocked) onClick();
      }}
    >
      {children}
    </Button>
  );
}
