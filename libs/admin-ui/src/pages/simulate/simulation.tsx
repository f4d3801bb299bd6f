import { keepPreviousData, useQuery, skipToken } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  ADMIN_PATHS,
  type OverridePatch,
  type SimulatedKey,
  type SimulationResult,
} from '../../../../rate-limit/src/admin/api';
import { call } from '../../api/client';
import { Chart } from '../../charts/chart';
import { NoPoints } from '../../charts/no-points';
import { KeyLink } from '../../components/key-link';
import { Panel } from '../../components/panel';
import { Empty, Loaded } from '../../components/states';
import { Table } from '../../components/table';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { BeforeAfter } from './before-after';

interface SimulationProps {
  readonly policy: string;
  readonly patch: OverridePatch;
}

/** The recorded traffic of a policy under other numbers. */
export function Simulation({ policy, patch }: SimulationProps) {
  const result = useQuery({
    queryKey: ['simulate', policy, patch],
    queryFn: ({ signal }) =>
      call<SimulationResult>(ADMIN_PATHS.simulate, { method: 'POST', body: { policy, patch }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return <Loaded of={result}>{(answer) => <Result result={answer} />}</Loaded>;
}

function Result({ result }: { readonly result: SimulationResult }) {
  const title = t('simulate.chart');
  const lines = useMemo(
    () => ({
      timesMs: result.series.map(({ atMs }) => atMs),
      series: [
        {
          label: t('simulate.before'),
          colour: '--series-denied',
          line: 'dashed' as const,
          values: result.series.map(({ before }) => before),
        },
        {
          label: t('simulate.after'),
          colour: '--accent',
          line: 'solid' as const,
          values: result.series.map(({ after }) => after),
        },
      ],
    }),
    [result],
  );
  return (
    <div className="stack">
      <div className="panel-body">
        <BeforeAfter result={result} />
      </div>
      {result.series.length < 2 ? <NoPoints totals={undefined} /> : <Chart title={title} {...lines} small />}
    </div>
  );
}

/** Who would be affected. */
export function SimulatedKeys({ policy, patch }: SimulationProps) {
  const { data } = useQuery<SimulationResult>({ queryKey: ['simulate', policy, patch], queryFn: skipToken });
  if (!data) return null;
  return (
    <div className="columns">
      <KeyTable title={t('simulate.newlyBlocked')} none={t('simulate.noneBlocked')} keys={data.newlyBlocked} />
      <KeyTable title={t('simulate.released')} none={t('simulate.noneReleased')} keys={data.released} />
    </div>
  );
}

interface KeyTableProps {
  readonly title: string;
  readonly none: string;
  readonly keys: readonly SimulatedKey[];
}

const KeyTable = ({ title, none, keys }: KeyTableProps) => (
  <Panel title={title} note={<span className="num">{count(keys.length)}</span>} flush>
    {keys.length === 0 ? (
      <Empty icon="check" title={none} />
    ) : (
      <Table
        caption={title}
        rows={keys}
        rowKey={({ key }) => key.text}
        pageSize={10}
        columns={[
          { id: 'key', header: t('column.key'), head: true, cell: ({ key }) => <KeyLink of={key} /> },
          { id: 'events', header: t('column.requests'), end: true, cell: ({ events }) => count(events) },
          {
            id: 'denied',
            header: t('simulate.deniedBeforeAfter'),
            end: true,
            cell: ({ deniedBefore, deniedAfter }) => `${count(deniedBefore)} → ${count(deniedAfter)}`,
          },
        ]}
      />
    )}
  </Panel>
);
