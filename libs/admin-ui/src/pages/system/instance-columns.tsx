import type { InstanceView } from '../../../../rate-limit/src/admin/api';
import { Badge } from '../../components/badges';
import type { Column } from '../../components/table';
import { Moment } from '../../components/time';
import { t } from '../../i18n';
import { compact } from '../../lib/format';

export function instanceColumns(): readonly Column<InstanceView>[] {
  return [
    {
      id: 'id',
      header: t('system.instance'),
      head: true,
      by: ({ id }) => id,
      cell: ({ id, host, pid, self }) => (
        <span>
          <span className="mono break">{id}</span> {self ? <Badge tone="accent">{t('system.self')}</Badge> : null}
          <span className="soft small"> {t('system.process', { host, pid })}</span>
        </span>
      ),
    },
    {
      id: 'state',
      header: t('column.state'),
      by: ({ alive }) => String(alive),
      cell: ({ alive, problems }) => (
        <span>
          <Badge tone={!alive ? 'bad' : problems.length > 0 ? 'warn' : 'good'}>
            {t(!alive ? 'system.silent' : problems.length > 0 ? 'system.problems' : 'system.alive')}
          </Badge>{' '}
          <span className="soft break">{problems.join(' ')}</span>
        </span>
      ),
    },
    {
      id: 'seen',
      header: t('system.seen'),
      by: ({ seenAtMs }) => seenAtMs,
      cell: ({ seenAtMs }) => <Moment atMs={seenAtMs} />,
    },
    {
      id: 'started',
      header: t('system.started'),
      by: ({ startedAtMs }) => startedAtMs,
      cell: ({ startedAtMs }) => <Moment atMs={startedAtMs} />,
    },
    { id: 'version', header: t('system.version'), cell: ({ version, node }) => `${version} · Node ${node}` },
    {
      id: 'config',
      header: t('system.config'),
      cell: ({ configHash }) => <code>{configHash}</code>,
    },
    {
      id: 'control',
      header: t('system.control'),
      end: true,
      cell: ({ controlVersion, upToDate }) => (
        <span className={upToDate ? '' : 'warn'}>
          {controlVersion} {upToDate ? '' : t('system.behind')}
        </span>
      ),
    },
    {
      id: 'denied',
      header: t('series.denied'),
      end: true,
      by: ({ totals }) => totals?.denied ?? 0,
      cell: ({ totals }) => (totals === null ? '–' : compact(totals.denied)),
    },
  ];
}
