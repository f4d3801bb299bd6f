import { usePolicies } from '../../api/queries';
import type { PolicySummary } from '../../../../rate-limit/src/admin/api';
import { Badge, ModeBadge, TrialBadge } from '../../components/badges';
import { ExportMenu } from '../../components/export-menu';
import { Select } from '../../components/fields';
import { PolicyLink } from '../../components/key-link';
import { PageHead } from '../../components/page-head';
import { Empty, Loaded } from '../../components/states';
import { Table, type Column } from '../../components/table';
import { t } from '../../i18n';
import { count, rate, share } from '../../lib/format';
import { limitText } from '../../lib/limit-text';
import { hrefOf, useParam } from '../../lib/router';
import { useStore } from '../../lib/store';
import { live } from '../../live/live';

/** What a trial would refuse was decided by the limit in force. */
const decided = ({ trial, traffic: { perSecond } }: PolicySummary): number =>
  perSecond.allowed + perSecond.denied + (trial === null ? perSecond.shadowDenied : 0);
/** What it refuses, or would refuse where it only watches. */
const refused = ({ effective, traffic: { perSecond } }: PolicySummary): number =>
  effective.mode === 'shadow' ? perSecond.shadowDenied : perSecond.denied;
const deniedPart = (policy: PolicySummary): number => (decided(policy) === 0 ? 0 : refused(policy) / decided(policy));

const isWatched = ({ effective, trial }: PolicySummary): boolean => effective.mode === 'shadow' || trial !== null;

function DeniedShare({ policy }: { readonly policy: PolicySummary }) {
  const { effective, traffic } = policy;
  return (
    <>
      {effective.mode === 'shadow' ? null : (
        <span className={deniedPart(policy) > 0.1 ? 'bad strong' : ''}>{share(refused(policy), decided(policy))} </span>
      )}
      {isWatched(policy) ? (
        <span className="shadow nowrap" title={t('series.shadow')}>
          {t('policies.would', { share: share(traffic.perSecond.shadowDenied, decided(policy)) })}
        </span>
      ) : null}
    </>
  );
}

function columns(): readonly Column<PolicySummary>[] {
  return [
    {
      id: 'name',
      header: t('column.policy'),
      head: true,
      by: ({ name }) => name,
      cell: ({ name }) => <PolicyLink name={name} />,
    },
    { id: 'limit', header: t('column.limit'), cell: (policy) => <Limit policy={policy} /> },
    { id: 'algorithm', header: t('column.algorithm'), cell: ({ effective }) => t(`algorithm.${effective.algorithm}`) },
    { id: 'key', header: t('column.keyedBy'), by: ({ code }) => code.keyedBy, cell: ({ code }) => code.keyedBy },
    {
      id: 'mode',
      header: t('column.mode'),
      by: ({ effective }) => effective.mode,
      cell: ({ effective }) => <ModeBadge mode={effective.mode} />,
    },
    { id: 'rate', header: t('column.rate'), end: true, by: decided, cell: (policy) => rate(decided(policy)) },
    {
      id: 'denied',
      header: t('column.deniedShare'),
      end: true,
      by: deniedPart,
      cell: (policy) => <DeniedShare policy={policy} />,
    },
    {
      id: 'near',
      header: t('column.near'),
      end: true,
      by: ({ traffic }) => traffic.nearLimit,
      cell: ({ traffic }) => count(traffic.nearLimit),
    },
    {
      id: 'blocked',
      header: t('column.blocked'),
      end: true,
      by: ({ traffic }) => traffic.blocked.count,
      cell: ({ name, traffic: { blocked } }) =>
        blocked.count === 0 ? (
          '0'
        ) : (
          <a href={hrefOf(['blocked'], { policy: name })}>{`${count(blocked.count)}${blocked.atLeast ? '+' : ''}`}</a>
        ),
    },
  ];
}

function Limit({ policy: { code, effective, trial, overrideId, keyOverrides } }: { readonly policy: PolicySummary }) {
  const [was, is] = [limitText(code), limitText(effective)];
  const isOverridden = trial === null && overrideId !== null;
  return (
    <span>
      {was === is ? null : <del className="soft">{was}</del>} <span className="num nowrap">{is}</span>{' '}
      {trial === null ? null : <TrialBadge trial={trial} />}
      {isOverridden || keyOverrides > 0 ? (
        <Badge tone="accent">{t(isOverridden ? 'policy.overridden' : 'policy.keyOverrides')}</Badge>
      ) : null}
    </span>
  );
}

export function PoliciesPage() {
  const policies = usePolicies();
  const { frame } = useStore(live);
  const [search, setSearch] = useParam('q');
  const [mode, setMode] = useParam('mode', 'any');
  const fresh = new Map(frame?.policies.map((traffic) => [traffic.policy, traffic]));
  const shown = (policies.data?.policies ?? [])
    .filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
    .filter((policy) => mode === 'any' || policy.effective.mode === mode || (mode === 'shadow' && isWatched(policy)))
    .map((policy) => ({ ...policy, traffic: fresh.get(policy.name) ?? policy.traffic }));
  const sheet = () => ({
    name: 'policies',
    columns: ['policy', 'algorithm', 'limit', 'per', 'keyedBy', 'mode', 'allowed', 'denied', 'blocked'],
    rows: shown.map(({ name, effective, traffic: { totals, blocked } }) => [
      ...[name, effective.algorithm, effective.limit, effective.per, effective.keyedBy, effective.mode],
      ...[totals.allowed, totals.denied, blocked.count],
    ]),
  });
  return (
    <>
      <PageHead title={t('page.policies')} lead={t('policies.lead')} />
      <div className="toolbar">
        <input
          className="input"
          type="search"
          aria-label={t('filter.policy')}
          placeholder={t('filter.policy')}
          value={search}
          onInput={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Select
          label={t('column.mode')}
          value={mode}
          options={[
            ['any', t('filter.anyMode')],
            ['enforce', t('mode.enforce')],
            ['shadow', t('mode.shadow')],
            ['off', t('mode.off')],
          ]}
          onChange={setMode}
        />
        <span className="end">
          <ExportMenu sheet={sheet} />
        </span>
      </div>
      <div className="panel">
        <Loaded of={policies} rows={8}>
          {() =>
            shown.length === 0 ? (
              <Empty title={t(search || mode !== 'any' ? 'empty.filter' : 'empty.policies')} />
            ) : (
              <Table
                caption={t('page.policies')}
                columns={columns()}
                rows={shown}
                rowKey={({ name }) => name}
                sort={['denied', 'down']}
              />
            )
          }
        </Loaded>
      </div>
    </>
  );
}
