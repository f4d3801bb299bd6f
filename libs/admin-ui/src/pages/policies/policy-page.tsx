import { useState } from 'react';
import { OverrideDialog } from '../../actions/override/override-dialog';
import { usePolicy, useRecording } from '../../api/queries';
import type { PolicyDetail } from '../../../../rate-limit/src/admin/api';
import { ModeBadge, TrialBadge } from '../../components/badges';
import { ChangeList } from '../../components/change-list';
import { PageHead } from '../../components/page-head';
import { Panel } from '../../components/panel';
import { Empty, Loaded } from '../../components/states';
import { Tabs } from '../../components/tabs';
import { t } from '../../i18n';
import { limitText } from '../../lib/limit-text';
import { hrefOf, useParam } from '../../lib/router';
import { ActButton } from '../../session/act-button';
import { OverrideTable } from '../overrides/override-table';
import { NoRecording } from '../simulate/no-recording';
import { Simulator } from '../simulate/simulator';
import { Configuration } from './configuration';
import { PolicyKeysTab, PolicyTrafficTab } from './policy-traffic';

const TABS = ['traffic', 'keys', 'configuration', 'simulate', 'history'] as const;
type Tab = (typeof TABS)[number];

export function PolicyPage({ name }: { readonly name: string }) {
  const policy = usePolicy(name);
  const [changing, setChanging] = useState(false);
  const { effective, trial } = policy.data ?? {};
  return (
    <>
      <PageHead
        title={name}
        beside={
          effective ? (
            <>
              <ModeBadge mode={effective.mode} />
              {trial ? <TrialBadge trial={trial} /> : null}
            </>
          ) : null
        }
        lead={effective ? `${t(`algorithm.${effective.algorithm}`)}, ${limitText(effective)}` : null}
      >
        {policy.isError && !policy.data ? null : (
          <ActButton
            needs="configure"
            kind="primary"
            onClick={() => {
              setChanging(true);
            }}
          >
            {t('policy.change')}
          </ActButton>
        )}
      </PageHead>
      <Loaded of={policy} rows={8}>
        {(detail) => <PolicyTabs policy={detail} />}
      </Loaded>
      {changing ? (
        <OverrideDialog
          known={{ policy: name }}
          onClose={() => {
            setChanging(false);
          }}
        />
      ) : null}
    </>
  );
}

function PolicyTabs({ policy }: { readonly policy: PolicyDetail }) {
  const [wanted, setTab] = useParam('tab', 'traffic');
  const tab: Tab = TABS.find((known) => known === wanted) ?? 'traffic';
  return (
    <Tabs
      label={policy.name}
      current={tab}
      tabs={TABS.map((each) => [each, t(`tab.${each}`)] as const)}
      onChange={setTab}
    >
      {tab === 'traffic' ? <PolicyTrafficTab policy={policy} /> : null}
      {tab === 'keys' ? <PolicyKeysTab policy={policy} /> : null}
      {tab === 'configuration' ? (
        <>
          <Configuration policy={policy} />
          <Panel title={t('page.overrides')} flush>
            {policy.overrides.length === 0 ? (
              <Empty title={t('empty.overrides')} />
            ) : (
              <OverrideTable overrides={policy.overrides} />
            )}
          </Panel>
        </>
      ) : null}
      {tab === 'simulate' ? <PolicySimulation policy={policy} /> : null}
      {tab === 'history' ? (
        <Panel title={t('tab.history')} flush>
          {policy.history === null ? (
            <Empty icon="warn" title={t('changes.unknown')} />
          ) : (
            <ChangeList entries={policy.history} />
          )}
        </Panel>
      ) : null}
    </Tabs>
  );
}

function PolicySimulation({ policy }: { readonly policy: PolicyDetail }) {
  const recording = useRecording();
  return (
    <Loaded of={recording}>
      {({ events, enabled }) =>
        events > 0 ? (
          <Simulator policy={policy} />
        ) : (
          <NoRecording waiting={enabled}>
            <a href={hrefOf(['simulate'])}>{t('preview.turnOn')}</a>
          </NoRecording>
        )
      }
    </Loaded>
  );
}
