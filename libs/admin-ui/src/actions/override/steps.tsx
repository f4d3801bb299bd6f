import type { OverrideScope, PolicySummary } from '../../../../rate-limit/src/admin/api';
import { Choices, Field } from '../../components/fields';
import { t } from '../../i18n';
import { Icon } from '../../components/icon';
import { KeyInput } from '../../components/key-input';
import { Notice } from '../../components/panel';
import { keyText } from '../../lib/format';
import { limitText, patchText, perInput } from '../../lib/limit-text';
import { ProblemNotice } from '../problem-notice';
import type { Action } from '../use-action';
import { modeOf, numberProblems, type Draft, type Standing } from './draft';

export interface StepProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly standing: Standing;
  readonly tried: boolean;
  readonly action: Action;
}

/** Step 1: which policy, and for whom. */
export function WhatStep({
  draft,
  change,
  tried,
  action,
  policies,
  look,
}: StepProps & { policies: readonly PolicySummary[]; look: Action }) {
  const options: readonly { value: OverrideScope['kind']; label: string; hint: string }[] = [
    { value: 'policy', label: t('scope.policy'), hint: t('scope.policyHint') },
    { value: 'key', label: t('scope.key'), hint: t('scope.keyHint') },
    { value: 'pattern', label: t('scope.pattern'), hint: t('scope.patternHint') },
  ];
  const subjectMissing = tried && draft.scope !== 'policy' && draft.subject === '';
  return (
    <>
      <Field
        label={t('column.policy')}
        error={tried && draft.policy === '' ? t('form.choose') : action.field('policy')}
      >
        {(ids) => (
          <select
            {...ids}
            value={draft.policy}
            onChange={(event) => {
              change({ policy: event.currentTarget.value });
            }}
          >
            <option value="">{t('form.choose')}</option>
            {policies.map(({ name, effective }) => (
              <option key={name} value={name}>
                {name} — {limitText(effective)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Choices
        legend={t('scope.legend')}
        value={draft.scope}
        options={options}
        onChange={(scope) => {
          change({ scope });
        }}
      />
      {draft.scope === 'policy' ? null : (
        <Field
          label={t(draft.scope === 'key' ? 'scope.whichKey' : 'scope.whichPattern')}
          hint={t(draft.scope === 'key' ? 'scope.keyExample' : 'scope.patternExample')}
          error={subjectMissing ? t('form.missing') : (look.field('key') ?? action.field('scope.pattern'))}
        >
          {(ids) => (
            <KeyInput
              ids={ids}
              value={draft.subject}
              onChange={(subject) => {
                change({ subject });
              }}
            />
          )}
        </Field>
      )}
      {look.problem === null ? null : <ProblemNotice action={look} />}
    </>
  );
}

/** Step 2: the new numbers, beside those of now. */
export function NumbersStep({ draft, change, standing, tried, action, isCounted }: StepProps & { isCounted: boolean }) {
  const now = standing.policy?.effective;
  const wrong = tried ? numberProblems(draft) : {};
  return (
    <>
      {isCounted ? null : (
        <Notice tone="warn">
          <Icon name="warn" />
          <span className="break">{t('step.notCounted', { policy: draft.policy, key: keyText(draft.subject) })}</span>
        </Notice>
      )}
      {standing.override ? (
        <Notice tone="neutral">
          <Icon name="info" />
          <span>{t('step.standing', { change: patchText(standing.override.patch) })}</span>
        </Notice>
      ) : null}
      <p className="soft">{now ? t('step.now', { limit: limitText(now) }) : null}</p>
      <div className="fields-row">
        <Field label={t('column.limit')} error={wrong['limit'] ?? action.field('patch.limit') ?? action.field('patch')}>
          {(ids) => (
            <input
              {...ids}
              className="input num"
              type="number"
              min="0"
              inputMode="numeric"
              placeholder={now?.limit === null || now === undefined ? '' : String(now.limit)}
              value={draft.limit}
              onInput={(event) => {
                change({ limit: event.currentTarget.value });
              }}
            />
          )}
        </Field>
        <Field label={t('step.per')} hint={t('step.perHint')} error={wrong['per'] ?? action.field('patch.per')}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              placeholder={now && perInput(now.per)}
              value={draft.per}
              autoComplete="off"
              onInput={(event) => {
                change({ per: event.currentTarget.value });
              }}
            />
          )}
        </Field>
        {now?.algorithm === 'token-bucket' ? (
          <Field label={t('step.burst')} error={wrong['burst'] ?? action.field('patch.burst')}>
            {(ids) => (
              <input
                {...ids}
                className="input num"
                type="number"
                min="1"
                placeholder={now.burst === null ? '' : String(now.burst)}
                value={draft.burst}
                onInput={(event) => {
                  change({ burst: event.currentTarget.value });
                }}
              />
            )}
          </Field>
        ) : null}
      </div>
      <Choices
        legend={t('step.mode')}
        value={standing.isKnown ? modeOf(draft, standing) : draft.mode}
        options={[
          { value: 'shadow', label: t('mode.shadowFirst'), hint: t('mode.shadowHint') },
          { value: 'enforce', label: t('mode.enforceNow'), hint: t('mode.enforceHint') },
          { value: 'off', label: t('mode.turnOff'), hint: t('mode.offHint') },
        ]}
        onChange={(mode) => {
          change({ mode });
        }}
      />
    </>
  );
}
