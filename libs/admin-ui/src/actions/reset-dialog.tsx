import { ADMIN_PATHS, type KeyView, type ResetRequest, type ResetResult } from '../../../rate-limit/src/admin/api';
import { call } from '../api/client';
import { t } from '../i18n';
import { count, keyText } from '../lib/format';
import { ReasonDialog } from './reason-dialog';

interface ResetDialogProps {
  readonly keys: readonly KeyView[];
  /** Left out: every policy. */
  readonly policy?: string;
  /** Called when the server has done it, before it is closed. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

/** Gives keys their whole limit again. */
export function ResetDialog({ keys, policy, onDone, onClose }: ResetDialogProps) {
  const act = async (reason: string) => {
    const refs = keys.flatMap(({ ref }) => (ref === null ? [] : [ref]));
    const body: ResetRequest = { keys: refs, reason, ...(policy === undefined ? {} : { policy }) };
    const result = await call<ResetResult>(ADMIN_PATHS.reset, { method: 'POST', body });
    onDone?.();
    return outcome(result);
  };
  return (
    <ReasonDialog title={t('reset.title', { n: keys.length })} confirm={t('reset.confirm')} act={act} onClose={onClose}>
      <p>{policy === undefined ? t('reset.all') : t('reset.one', { policy })}</p>
      <ul className="stack-tight">
        {keys.slice(0, 8).map((key) => (
          <li key={key.text} className="key">
            {keyText(key.text)}
          </li>
        ))}
        {keys.length > 8 ? <li className="soft">{t('list.more', { n: count(keys.length - 8) })}</li> : null}
      </ul>
    </ReasonDialog>
  );
}

function outcome({ results }: ResetResult): { said: string; bad?: boolean } {
  const failed = results.filter(({ problem }) => problem !== null);
  if (failed.length > 0) {
    return { said: t('reset.failed', { n: failed.length, why: failed[0]?.problem ?? '' }), bad: true };
  }
  const before = results.filter(({ policies }) => policies.length > 0).length;
  return { said: before === 0 ? t('reset.already') : t('reset.done', { n: before }) };
}
