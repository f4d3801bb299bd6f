import { usePolicies, useRecording } from '../../api/queries';
import { Select } from '../../components/fields';
import { PageHead } from '../../components/page-head';
import { Loaded } from '../../components/states';
import { t } from '../../i18n';
import { go, useParam } from '../../lib/router';
import { NoRecording } from './no-recording';
import { RecordingPanel } from './recording-panel';
import { Simulator } from './simulator';

export function SimulatePage() {
  const recording = useRecording();
  const policies = usePolicies();
  const [name] = useParam('policy');
  const known = policies.data?.policies ?? [];
  const policy = known.find((each) => each.name === name) ?? known[0];
  return (
    <>
      <PageHead title={t('page.simulate')} lead={t('simulate.lead')}>
        {policy ? (
          <Select
            label={t('column.policy')}
            value={policy.name}
            options={known.map((each) => [each.name, each.name] as const)}
            // The numbers that were tried on another one say nothing here.
            onChange={(chosen) => {
              go(['simulate'], { policy: chosen });
            }}
          />
        ) : null}
      </PageHead>
      <Loaded of={recording} rows={2}>
        {(status) => (
          <>
            {status.events > 0 && policy ? (
              <Simulator key={policy.name} policy={policy} />
            ) : (
              <div className="panel">
                <NoRecording waiting={status.enabled} />
              </div>
            )}
            <RecordingPanel status={status} />
          </>
        )}
      </Loaded>
    </>
  );
}
