import { Changes } from '../components/changes';
import { Notice } from '../components/panel';
import { Icon } from '../components/icon';
import { t } from '../i18n';
import type { Action } from './use-action';

interface ProblemNoticeProps {
  readonly action: Action;
  /** Fields that tell by themselves what is wrong with them. */
  readonly placed?: readonly string[];
}

/** Why an action was refused; where somebody else was faster, who and what. */
export function ProblemNotice({ action, placed = [] }: ProblemNoticeProps) {
  const conflict = action.error?.problem.conflict;
  const unplaced = (action.error?.problem.fields ?? []).filter(({ path }) => !placed.includes(path));
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
