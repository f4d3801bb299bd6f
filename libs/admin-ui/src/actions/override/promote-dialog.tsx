import { useState } from 'react';
import { ADMIN_PATHS, type Expiry, type Override, type OverrideUpdate } from '../../../../rate-limit/src/admin/api';
import { call } from '../../api/client';
import { usePolicies } from '../../api/queries';
import { t } from '../../i18n';
import { isLargeChange } from '../../lib/large-change';
import { patchText } from '../../lib/limit-text';
import { useSession } from '../../session/session';
import { ExpiryField } from '../expiry-field';
import { ReasonDialog } from '../reason-dialog';
import { useAsOpened } from '../use-as-opened';
import { ConfirmField } from './confirm-field';

interface PromoteDialogProps {
  readonly override: Override;
  readonly onClose: () => void;
}

/** From watching to refusing. */
export function PromoteDialog({ override: current, onClose }: PromoteDialogProps) {
  const override = useAsOpened(current);
  const { defaultExpiryMs } = useSession();
  const [expiresInMs, setExpiry] = useState<Expiry>(defaultExpiryMs);
  const [confirm, setConfirm] = useState('');
  const code = usePolicies().data?.policies.find(({ name }) => name === override.policy)?.code;
  const act = async (reason: string) => {
    const patch = { ...override.patch, mode: 'enforce' as const };
    const body: OverrideUpdate = { patch, reason, expiresInMs, ...(confirm === '' ? {} : { confirm }) };
    const { id, version } = override;
    await call<Override>(ADMIN_PATHS.override, { method: 'PUT', params: { id }, body, ifMatch: version });
    return { said: t('promote.done', { policy: override.policy }) };
  };
  return (
    <ReasonDialog
      title={t('promote.title')}
      confirm={t('promote.confirm')}
      act={act}
      onClose={onClose}
      placed={['expiresInMs', 'confirm']}
    >
      {(action) => (
        <>
          <p>
            {t('promote.text', { policy: override.policy, change: patchText({ ...override.patch, mode: 'enforce' }) })}
          </p>
          <ExpiryField value={expiresInMs} onChange={setExpiry} error={action.field('expiresInMs')} />
          {confirm !== '' || action.field('confirm') || (code && isLargeChange(code, override.patch)) ? (
            <ConfirmField
              policy={override.policy}
              code={code}
              patch={override.patch}
              value={confirm}
              onChange={setConfirm}
              error={action.field('confirm')}
            />
          ) : null}
        </>
      )}
    </ReasonDialog>
  );
}
