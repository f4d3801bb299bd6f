import type { PolicyDetail, PolicySettings } from '../../../../rate-limit/src/admin/api';
import { Panel } from '../../components/panel';
import { t } from '../../i18n';
import { count, duration } from '../../lib/format';
import { perText } from '../../lib/limit-text';
import { Table } from '../../components/table';

/** What code says beside what is in force. */
export function Configuration({ policy }: { readonly policy: PolicyDetail }) {
  const [code, effective] = [factsOf(policy.code), factsOf(policy.effective)];
  const trial = policy.trial === null ? null : factsOf(policy.trial);
  const rows = code.map(([field, value], index) => ({
    field,
    code: value,
    effective: effective[index]?.[1] ?? '',
    trial: trial?.[index]?.[1] ?? '',
  }));
  return (
    <Panel title={t('policy.configuration')} note={t('policy.hash', { hash: policy.codeHash })} flush>
      <Table
        caption={t('policy.configuration')}
        rows={rows}
        rowKey={({ field }) => field}
        columns={[
          { id: 'field', header: t('policy.setting'), head: true, cell: ({ field }) => field },
          {
            id: 'code',
            header: t('policy.inCode'),
            cell: (row) => (row.code === row.effective ? row.code : <del className="soft">{row.code}</del>),
          },
          {
            id: 'effective',
            header: t('policy.inForce'),
            cell: (row) =>
              row.code === row.effective ? row.effective : <strong className="good">{row.effective}</strong>,
          },
          ...(trial === null
            ? []
            : [
                {
                  id: 'trial',
                  header: t('policy.inTrial'),
                  cell: (row: (typeof rows)[number]) =>
                    row.trial === row.effective ? row.trial : <strong className="shadow">{row.trial}</strong>,
                },
              ]),
        ]}
      />
    </Panel>
  );
}

function factsOf(settings: PolicySettings): readonly (readonly [string, string])[] {
  const { ban } = settings;
  return [
    [t('column.algorithm'), t(`algorithm.${settings.algorithm}`)],
    [t('column.limit'), settings.limit === null ? t('limit.byRequest') : count(settings.limit)],
    [t('step.per'), perText(settings.per) + (settings.timeZone === null ? '' : ` (${settings.timeZone})`)],
    [t('step.burst'), settings.burst === null ? '–' : count(settings.burst)],
    [t('column.mode'), t(`mode.${settings.mode}`)],
    [t('column.keyedBy'), settings.keyedBy],
    [t('policy.scope'), settings.scope ?? t('policy.wholePolicy')],
    [t('policy.cost'), settings.cost === 'function' ? t('limit.byRequest') : count(settings.cost)],
    [t('policy.onFailure'), t(`failure.${settings.onStoreFailure}`)],
    [
      t('policy.ban'),
      ban === null
        ? '–'
        : t('policy.banText', { n: ban.after, within: duration(ban.withinMs), length: duration(ban.forMs) }),
    ],
  ];
}
