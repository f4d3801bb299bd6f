import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { OverridePatch, PolicySummary } from '../../../../rate-limit/src/admin/api';
import { OverrideDialog } from '../../actions/override/override-dialog';
import { Field } from '../../components/fields';
import { Panel } from '../../components/panel';
import { t } from '../../i18n';
import { limitText, numberProblem, perInput, unitProblem } from '../../lib/limit-text';
import { useParam } from '../../lib/router';
import { ActButton } from '../../session/act-button';
import { SimulatedKeys, Simulation } from './simulation';

/** How long the slider rests before the server is asked, in milliseconds. */
const REST_MS = 150;

function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setRested(value);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return useDeferredValue(rested);
}

/** What stands in a field: what is being typed, which may be nothing yet or wrong, and else the value. */
function useTyped(value: string, set: (value: string) => void, problemOf: (value: string) => string | undefined) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? value;
  const input = {
    value: shown,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
      setTyped(currentTarget.value);
      if (currentTarget.value.trim() !== '' && problemOf(currentTarget.value) === undefined) set(currentTarget.value);
    },
    onBlur: () => {
      setTyped(null);
    },
  };
  return { input, problem: problemOf(shown) };
}

/** A slider over the limit and what it would have done. */
export function Simulator({ policy }: { readonly policy: PolicySummary }) {
  const now = policy.effective;
  const [limit, setLimit] = useParam('limit', String(now.limit ?? 100));
  const nowPer = perInput(now.per);
  const [per, setPer] = useParam('per', nowPer);
  const typedLimit = useTyped(limit, setLimit, (text) => numberProblem(text, 0));
  const typedPer = useTyped(per, setPer, unitProblem);
  const [making, setMaking] = useState(false);
  const restedLimit = useRested(limit);
  const restedPer = useRested(per);
  const patch = useMemo<OverridePatch>(
    () => ({ limit: Number(restedLimit), ...(restedPer === nowPer ? {} : { per: restedPer }) }),
    [restedLimit, restedPer, nowPer],
  );
  const most = Math.max(10, (now.limit ?? 100) * 4, Number(limit));
  return (
    <>
      <Panel
        title={t('simulate.title', { policy: policy.name })}
        note={t('step.now', { limit: limitText(now) })}
        flush
        end={
          <ActButton
            needs="configure"
            kind="primary"
            small
            icon="eye"
            onClick={() => {
              setMaking(true);
            }}
          >
            {t('simulate.create')}
          </ActButton>
        }
      >
        <div className="panel-body simulator">
          <Field label={t('simulate.slider')}>
            {(ids) => (
              <input
                {...ids}
                type="range"
                min="0"
                max={most}
                value={limit}
                onInput={(event) => {
                  setLimit(event.currentTarget.value);
                }}
              />
            )}
          </Field>
          <Field label={t('column.limit')} error={typedLimit.problem}>
            {(ids) => <input {...ids} {...typedLimit.input} className="input num" type="number" min="0" />}
          </Field>
          <Field label={t('step.per')} error={typedPer.problem}>
            {(ids) => <input {...ids} {...typedPer.input} className="input" />}
          </Field>
        </div>
        <Simulation policy={policy.name} patch={patch} />
      </Panel>
      <SimulatedKeys policy={policy.name} patch={patch} />
      {making ? (
        <OverrideDialog
          known={{ policy: policy.name, limit, per: per === nowPer ? '' : per, mode: 'shadow' }}
          onClose={() => {
            setMaking(false);
          }}
        />
      ) : null}
    </>
  );
}
