import { useState } from 'react';
import type { KeyInspection, ListKind } from '../../../../rate-limit/src/admin/api';
import { EntryDialog } from '../../actions/entry-dialog';
import { OverrideDialog } from '../../actions/override/override-dialog';
import { ResetDialog } from '../../actions/reset-dialog';
import { useInspection } from '../../api/queries';
import { Badge } from '../../components/badges';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { PageHead } from '../../components/page-head';
import { Notice, Panel } from '../../components/panel';
import { Empty, Loaded } from '../../components/states';
import { say } from '../../components/toasts';
import { t } from '../../i18n';
import { keyText } from '../../lib/format';
import { ActButton } from '../../session/act-button';
import { EntryBadge, matchText } from '../lists/columns';
import { OverrideTable } from '../overrides/override-table';
import { KeyPolicies } from './key-policies';
import { RecentDecisions } from './recent-decisions';

type Asking = ListKind | 'reset' | 'override' | null;

export function KeyPage({ keyRef }: { readonly keyRef: string }) {
  const inspection = useInspection(keyRef);
  const [asking, setAsking] = useState<Asking>(null);
  const known = inspection.data;
  const text = known?.key.text ?? keyRef;
  const subject = known?.key.ref ?? keyRef;
  const close = () => {
    setAsking(null);
  };
  return (
    <>
      <PageHead title={keyText(text)} beside={known ? <Standing inspection={known} /> : null}>
        <ActButton
          needs="operate"
          onClick={() => {
            setAsking('reset');
          }}
        >
          {t('key.reset')}
        </ActButton>
        <ActButton
          needs="operate"
          onClick={() => {
            setAsking('ban');
          }}
        >
          {t('key.ban')}
        </ActButton>
        <ActButton
          needs="operate"
          onClick={() => {
            setAsking('allow');
          }}
        >
          {t('key.allow')}
        </ActButton>
        <ActButton
          needs="configure"
          onClick={() => {
            setAsking('override');
          }}
        >
          {t('key.override')}
        </ActButton>
        <Button icon="link" onClick={() => void copyLink()}>
          {t('action.copyLink')}
        </Button>
      </PageHead>
      <Loaded of={inspection} rows={6}>
        {(answer) => <Inspection inspection={answer} />}
      </Loaded>
      {asking === 'reset' ? <ResetDialog keys={[known?.key ?? { text, ref: keyRef }]} onClose={close} /> : null}
      {asking === 'ban' || asking === 'allow' ? <EntryDialog list={asking} subject={subject} onClose={close} /> : null}
      {asking === 'override' ? <OverrideDialog known={{ scope: 'key', subject }} onClose={close} /> : null}
    </>
  );
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    say(t('action.copied'));
  } catch {
    say(location.href);
  }
}

function Standing({ inspection: { decidedBy, policies } }: { readonly inspection: KeyInspection }) {
  if (decidedBy?.list === 'ban') return <Badge tone="bad">{t('entry.banned1')}</Badge>;
  if (decidedBy?.list === 'allow') return <Badge tone="good">{t('entry.allowed1')}</Badge>;
  const blocked = policies.filter(({ state, mode }) => state === 'blocked' && mode === 'enforce').length;
  if (blocked > 0) return <Badge tone="bad">{t('key.blockedBy', { n: blocked })}</Badge>;
  return <Badge tone="good">{t('key.free')}</Badge>;
}

function Inspection({ inspection }: { readonly inspection: KeyInspection }) {
  const { policies, entries, decidedBy, overrides } = inspection;
  const winner = entries.find(({ id }) => id === decidedBy?.entryId);
  return (
    <>
      {winner ? (
        <Notice tone={winner.list === 'ban' ? 'bad' : 'good'}>
          <Icon name={winner.list === 'ban' ? 'blocked' : 'check'} />
          <span className="break">
            {t(winner.list === 'ban' ? 'key.bannedBy' : 'key.allowedBy')} <code>{matchText(winner)}</code> ·{' '}
            {winner.reason}
          </span>
        </Notice>
      ) : null}
      <Panel title={t('key.policies')} flush>
        {policies.length === 0 ? <Empty title={t('empty.keyPolicies')} /> : <KeyPolicies rows={policies} />}
      </Panel>
      <div className="columns">
        <RecentDecisions inspection={inspection} />
        <Panel title={t('key.entries')} flush>
          {entries.length === 0 ? (
            <Empty title={t('empty.keyEntries')} />
          ) : (
            <ul className="ranking">
              {entries.map((entry) => (
                <li key={entry.id}>
                  <span className="break">
                    <code>{matchText(entry)}</code> · {entry.reason}
                  </span>
                  <EntryBadge entry={entry} />
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
      {overrides.length > 0 ? (
        <Panel title={t('key.overrides')} flush>
          <OverrideTable overrides={overrides} />
        </Panel>
      ) : null}
    </>
  );
}
