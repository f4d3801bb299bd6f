import { useState } from 'react';
import {
  ADMIN_PATHS,
  type KeyInspection,
  type Override,
  type OverrideCreate,
} from '../../../../rate-limit/src/admin/api';
import { call } from '../../api/client';
import { usePolicies } from '../../api/queries';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { t } from '../../i18n';
import { mayCount } from '../../lib/key-kind';
import { useSession } from '../../session/session';
import { isReason } from '../reason-field';
import { useAction } from '../use-action';
import { bodyOf, modeOf, needsConfirm, newDraft, numberProblems, scopeOf, type Draft, type Standing } from './draft';
import { LastStep } from './last-step';
import { PreviewStep } from './preview-step';
import { NumbersStep, WhatStep } from './steps';
import { useStanding } from './use-standing';

interface OverrideDialogProps {
  readonly known?: Partial<Draft>;
  readonly onClose: () => void;
}

const STEPS = ['step.what', 'step.numbers', 'step.preview', 'step.last'] as const;
/** On which step the answer to a field stands. */
const STEP_OF_FIELD = [/^(?:policy|scope)/, /^patch/, /^$/];

/** There is one override for a policy and whom it concerns: where it is there already, it is changed. */
function save(draft: Draft, standing: Standing): Promise<Override> {
  const [body, known] = [bodyOf(draft, standing), standing.override];
  if (known === undefined) {
    const made: OverrideCreate = { ...body, policy: draft.policy, scope: scopeOf(draft) };
    return call(ADMIN_PATHS.overrides, { method: 'POST', body: made });
  }
  return call(ADMIN_PATHS.override, { method: 'PUT', params: { id: known.id }, body, ifMatch: known.version });
}

/** A change of a limit in four steps: for whom, what, what it would have done, why and for how long. */
export function OverrideDialog({ known = {}, onClose }: OverrideDialogProps) {
  const { defaultExpiryMs } = useSession();
  const policies = usePolicies().data?.policies ?? [];
  const [draft, setDraft] = useState(() => newDraft(defaultExpiryMs, known));
  const [step, setStep] = useState(known.policy ? 1 : 0);
  const [isCounted, setCounted] = useState(true);
  const [tried, setTried] = useState(false);
  const standing = useStanding(draft, step > 0);
  const isReady = step === 0 || standing.isKnown;
  const isShadow = modeOf(draft, standing) === 'shadow';
  const action = useAction(
    () => save(draft, standing),
    ({ policy: name }) => {
      onClose();
      return { said: t(isShadow ? 'override.madeShadow' : 'override.made', { policy: name }) };
    },
  );
  // The server has the last word: it may know of other code than the page.
  const confirmNeeded = draft.confirm !== '' || needsConfirm(draft, standing) || action.field('confirm') !== undefined;
  // As it is kept, a key meets the override that is there for it, however it was written.
  const look = useAction(
    () => call<KeyInspection>(ADMIN_PATHS.inspect, { query: { key: draft.subject } }),
    ({ key, policies: counting }) => {
      setDraft({ ...draft, subject: key.ref ?? draft.subject });
      setCounted(counting.some(({ policy }) => policy === draft.policy));
      setStep(1);
      return null;
    },
  );
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
  };
  const complete = [
    draft.policy !== '' && (draft.scope === 'policy' || draft.subject !== ''),
    Object.values(numberProblems(draft)).every((problem) => problem === undefined),
    true,
    isReason(draft.reason) && (!confirmNeeded || draft.confirm === draft.policy),
  ][step];
  const submit = () => {
    if (!isReady) return;
    setTried(!complete);
    if (!complete) return;
    setCounted(true);
    if (step === 0 && draft.scope === 'key') look.run();
    else if (step < STEPS.length - 1) setStep(step + 1);
    else action.run();
  };
  const isKindCounted = draft.scope !== 'pattern' || mayCount(standing.policy?.code.keyedBy ?? 'ip', draft.subject);
  const fieldStep = STEP_OF_FIELD.findIndex((of) => of.test(action.error?.problem.fields?.[0]?.path ?? '-'));
  const props = { draft, change, standing, tried, action };
  return (
    <Dialog
      title={t('override.title')}
      wide
      onClose={onClose}
      onSubmit={submit}
      foot={
        <>
          {step > 0 ? (
            <span className="start">
              <Button
                onClick={() => {
                  setStep(fieldStep >= 0 && step === 3 ? fieldStep : step - 1);
                }}
              >
                {t('action.back')}
              </Button>
            </span>
          ) : null}
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" kind="primary" disabled={action.busy || look.busy || !isReady}>
            {t(step < 3 ? 'action.next' : isShadow ? 'override.startShadow' : 'override.apply')}
          </Button>
        </>
      }
    >
      <ol className="steps">
        {STEPS.map((name, index) => (
          <li key={name} aria-current={index === step ? 'step' : undefined}>
            <span className="step-number">{index + 1}</span>
            {t(name)}
          </li>
        ))}
      </ol>
      {step === 0 ? <WhatStep {...props} policies={policies} look={look} /> : null}
      {step === 1 ? <NumbersStep {...props} isCounted={isCounted && isKindCounted} /> : null}
      {step === 2 ? <PreviewStep {...props} /> : null}
      {step === 3 ? <LastStep {...props} confirmNeeded={confirmNeeded} /> : null}
    </Dialog>
  );
}
