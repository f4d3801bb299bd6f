import { useState } from 'react';
import type { OverrideState } from '../../../../rate-limit/src/admin/api';
import { OverrideDialog } from '../../actions/override/override-dialog';
import { useOverrides } from '../../api/queries';
import { ExportMenu } from '../../components/export-menu';
import { Select } from '../../components/fields';
import { PageHead } from '../../components/page-head';
import { Empty, Loaded } from '../../components/states';
import { t } from '../../i18n';
import { patchText } from '../../lib/limit-text';
import { useParam } from '../../lib/router';
import { ActButton } from '../../session/act-button';
import { OverrideTable, scopeText } from './override-table';

const STATES = ['active', 'shadow', 'expired', 'removed', 'any'] as const;

export function OverridesPage() {
  const [wanted, setState] = useParam('state', 'current');
  const state: OverrideState | 'any' | undefined = STATES.find((known) => known === wanted);
  const overrides = useOverrides(state ? { state } : {});
  const [making, setMaking] = useState(false);
  const sheet = () => ({
    name: 'overrides',
    columns: ['id', 'policy', 'whom', 'change', 'state', 'expiresAt', 'changedBy', 'reason'],
    rows: (overrides.data?.overrides ?? []).map((each) => [
      ...[each.id, each.policy, scopeText(each.scope), patchText(each.patch), each.state],
      each.expiresAtMs === null ? null : new Date(each.expiresAtMs).toISOString(),
      ...[each.changedBy.name, each.reason],
    ]),
  });
  return (
    <>
      <PageHead title={t('page.overrides')} lead={t('overrides.lead')}>
        <ActButton
          needs="configure"
          kind="primary"
          icon="plus"
          onClick={() => {
            setMaking(true);
          }}
        >
          {t('override.new')}
        </ActButton>
      </PageHead>
      <div className="toolbar">
        <Select
          label={t('column.state')}
          value={wanted}
          options={[
            ['current', t('filter.inForce')],
            ['active', t('override.active')],
            ['shadow', t('override.shadow')],
            ['expired', t('override.expired')],
            ['removed', t('override.removed')],
            ['any', t('filter.all')],
          ]}
          onChange={setState}
        />
        <span className="end">
          <ExportMenu sheet={sheet} />
        </span>
      </div>
      <div className="panel">
        <Loaded of={overrides}>
          {({ overrides: list }) =>
            list.length === 0 ? (
              <Empty title={t(state ? 'empty.filter' : 'empty.overrides')}>
                {state ? null : <p>{t('empty.overridesCause')}</p>}
              </Empty>
            ) : (
              <OverrideTable overrides={list} />
            )
          }
        </Loaded>
      </div>
      {making ? (
        <OverrideDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      ) : null}
    </>
  );
}
