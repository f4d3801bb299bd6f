import { useState } from 'react';
import {
  ADMIN_PATHS,
  type Override,
  type OverrideRevision,
  type RollbackRequest,
} from '../../../../rate-limit/src/admin/api';
import { call } from '../../api/client';
import { usePolicies } from '../../api/queries';
import { t } from '../../i18n';
import { isLargeChange } from '../../lib/large-change';
import { patchText } from '../../lib/limit-text';
import { ReasonDialog } from '../reason-dialog';
import { useAsOpened } from '../use-as-opened';
import { ConfirmField } from './confirm-field';

interface RollbackDialogProps {
  readonly override: Override;
  readonly to: OverrideRevision;
  readonly onClose: () => void;
}

/** Back to what an override said before. */
export function RollbackDialog({ override: current, to, onClose }: RollbackDialogProps) {
  const { id, version, policy, state, patch } = useAsOpened(current);
  const [confirm, setConfirm] = useState('');
  const code = usePolicies().data?.policies.find(({ name }) => name === policy)?.code;
  // What is over holds no more, and what is tried in shadow does not yet.
  const now = state === 'active' ? patch : {};
  const isFarFromCode = code !== undefined && isLargeChange(code, to.patch);
  const isFarFromNow = code !== undefined && isLargeChange(code, to.patch, now);
  const act = async (reason: string) => {
    const body: RollbackRequest = { toVersion: to.version, reason, ...(confirm === '' ? {} : { confirm }) };
    await call<Override>(ADMIN_PATHS.rollback, { method: 'POST', params: { id }, body, ifMatch: version });
    return { said: t('rollback.done', { n: to.version }) };
  };
  return (
    <ReasonDialog
      title={t('rollback.title', { n: to.version })}
      confirm={t('rollback.confirm')}
      act={act}
      onClose={onClose}
      placed={['confirm']}
    >
      {(action) => (
        <>
          <p>{t('rollback.text', { change: patchText(to.patch) })}</p>
          {confirm !== '' || action.field('confirm') || isFarFromCode || isFarFromNow ? (
            <ConfirmField
              policy={policy}
              code={code}
              now={isFarFromCode || !isFarFromNow ? undefined : now}
              patch={to.patch}
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
