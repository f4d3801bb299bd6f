import { useState } from 'react';
import { ADMIN_PATHS, type RecordingStatus, type RecordingUpdate } from '../../../../rate-limit/src/admin/api';
import { ReasonDialog } from '../../actions/reason-dialog';
import { useAsOpened } from '../../actions/use-as-opened';
import { call } from '../../api/client';
import { queries } from '../../api/queries';
import { Badge } from '../../components/badges';
import { Field } from '../../components/fields';
import { Panel } from '../../components/panel';
import { Expires } from '../../components/time';
import { t } from '../../i18n';
import { compact, count, duration, share } from '../../lib/format';
import { ActButton } from '../../session/act-button';

/** Whether traffic is recorded, how much, and the switch. */
export function RecordingPanel({ status }: { readonly status: RecordingStatus }) {
  const [asking, setAsking] = useState(false);
  const span = status.fromMs === null || status.toMs === null ? null : status.toMs - status.fromMs;
  const facts = [
    [t('recording.span'), span === null ? '–' : duration(span)],
    [
      t('recording.events'),
      t('recording.room', { n: compact(status.events), share: share(status.events, status.maxEvents) }),
    ],
    [t('recording.sample'), t('recording.oneIn', { n: count(status.oneIn) })],
    [t('recording.kept'), duration(status.retentionMs)],
    [t('recording.dropped'), count(status.dropped)],
    [t('column.ends'), status.enabled ? <Expires atMs={status.untilMs} /> : '–'],
  ] as const;
  return (
    <Panel
      title={t('recording.title')}
      note={
        <Badge tone={status.enabled ? 'good' : 'neutral'}>{t(status.enabled ? 'recording.on' : 'recording.off')}</Badge>
      }
      end={
        <ActButton
          needs="configure"
          small
          onClick={() => {
            setAsking(true);
          }}
        >
          {t(status.enabled ? 'recording.turnOff' : 'recording.turnOn')}
        </ActButton>
      }
    >
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      {asking ? (
        <RecordingDialog
          status={status}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </Panel>
  );
}

/** What to choose from, with what was chosen last, be it over the API. */
function choices(last: number): readonly number[] {
  return [...new Set([1, 4, 16, 64, 256, 1024, last || 1])].sort((a, b) => a - b);
}

interface RecordingDialogProps {
  readonly status: RecordingStatus;
  readonly onClose: () => void;
}

export function RecordingDialog({ status: current, onClose }: RecordingDialogProps) {
  const status = useAsOpened(current);
  const [oneIn, setOneIn] = useState(status.oneIn || 16);
  const enabled = !status.enabled;
  const act = async (reason: string) => {
    const body: RecordingUpdate = { enabled, reason, ...(enabled ? { oneIn } : {}) };
    queries.setQueryData(
      ['recording', {}, {}],
      await call<RecordingStatus>(ADMIN_PATHS.recording, { method: 'PUT', body }),
    );
    return { said: t(enabled ? 'recording.isOn' : 'recording.isOff') };
  };
  const title = t(enabled ? 'recording.turnOn' : 'recording.turnOff');
  return (
    <ReasonDialog title={title} confirm={title} act={act} onClose={onClose}>
      <p>{t(enabled ? 'recording.onText' : 'recording.offText')}</p>
      {enabled ? (
        <Field label={t('recording.howMany')} hint={t('recording.howManyHint')}>
          {(ids) => (
            <select
              {...ids}
              value={oneIn}
              onChange={(event) => {
                setOneIn(Number(event.currentTarget.value));
              }}
            >
              {choices(status.oneIn).map((choice) => (
                <option key={choice} value={choice}>
                  {t('recording.oneIn', { n: choice })}
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : null}
    </ReasonDialog>
  );
}
