import { Changes } from '../components/changes';
import { Notice } from '../components/panel';
import { Icon } from '../components/icon';
import { t } from '../i18n';
import type { Action } from './use-action';

/** Why an action was refused; where somebody else was faster, who and what. */
export function ProblemNotice({ action }: { readonly action: Action }) {
  const conflict = action.error?.problem.conflict;
  const unplaced = action.error?.problem.fields ?? [];
  if (action.problem === null && unplaced.length === 0) return null;
  return (
    <div role="alert">
      <Notice tone="bad">
        <Icon name="warn" />
        <div className="stack-tight">
          <span>{action.problem ?? unplaced.map(({ message }) => message).join(' ')}</span>
          {conflict ? (
            <>
              <strong>{t('conflict.by', { name: conflict.changedBy?.name ?? '–' })}</strong>
              <Changes of={conflict.changes} />
              <span>{t('conflict.todo')}</span>
            </>
          ) : null}
        </div>
      </Notice>
    </div>
  );
}
