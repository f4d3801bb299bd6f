import { Icon } from '../../components/icon';
import { Notice } from '../../components/panel';
import { t } from '../../i18n';
import { keyText } from '../../lib/format';
import { patchText } from '../../lib/limit-text';
import { ExpiryField } from '../expiry-field';
import { ProblemNotice } from '../problem-notice';
import { ReasonField, reasonProblem } from '../reason-field';
import { ConfirmField } from './confirm-field';
import { modeOf, patchOf, shadowEffect } from './draft';
import type { StepProps } from './steps';

/** Step 4: for how long and why; what changes a limit more than tenfold asks for the name of the policy. */
export function LastStep({
  draft,
  change,
  standing,
  tried,
  action,
  confirmNeeded,
}: StepProps & { confirmNeeded: boolean }) {
  const effect = modeOf(draft, standing) === 'shadow' ? shadowEffect(draft, standing) : 'enforce';
  const isQuiet = effect === 'trial' || effect === 'shadow';
  return (
    <>
      <Notice tone={isQuiet ? 'shadow' : 'warn'}>
        <Icon name={isQuiet ? 'eye' : 'warn'} />
        <span className="break">
          <strong>
            {draft.policy}
            {draft.scope === 'policy' ? '' : ` · ${keyText(draft.subject)}`}
          </strong>
          : {patchText(patchOf(draft, standing))}. {t(`step.${effect}Effect`)}
        </span>
      </Notice>
      <ExpiryField
        value={draft.expiresInMs}
        onChange={(expiresInMs) => {
          change({ expiresInMs });
        }}
        error={action.field('expiresInMs')}
      />
      <ReasonField
        value={draft.reason}
        onChange={(reason) => {
          change({ reason });
        }}
        error={action.field('reason') ?? reasonProblem(draft.reason, tried)}
      />
      {confirmNeeded ? (
        <ConfirmField
          policy={draft.policy}
          code={standing.policy?.code}
          patch={patchOf(draft, standing)}
          value={draft.confirm}
          onChange={(confirm) => {
            change({ confirm });
          }}
          error={tried && draft.confirm !== draft.policy ? t('step.confirmWrong') : action.field('confirm')}
        />
      ) : null}
      <ProblemNotice action={action} placed={['expiresInMs', 'reason', 'confirm']} />
    </>
  );
}
