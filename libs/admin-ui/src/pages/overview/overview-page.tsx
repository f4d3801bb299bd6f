import { useOverview } from '../../api/queries';
import { NoPoints } from '../../charts/no-points';
import { TrafficChart } from '../../charts/traffic-chart';
import { ChangeList } from '../../components/change-list';
import { ExportMenu } from '../../components/export-menu';
import { Segments } from '../../components/fields';
import { PageHead } from '../../components/page-head';
import { Panel } from '../../components/panel';
import { Empty, Loaded, Skeleton } from '../../components/states';
import { t } from '../../i18n';
import { hrefOf, useParam } from '../../lib/router';
import { useStore } from '../../lib/store';
import { live, WINDOW_SECONDS } from '../../live/live';
import { KeyRanking, PolicyRanking } from './rankings';
import { Tiles } from './tiles';

export function OverviewPage() {
  const overview = useOverview();
  const { frame, seconds } = useStore(live);
  const [top, setTop] = useParam('top', 'denied');
  const title = t('overview.chart');
  const sheet = () => ({
    name: 'decisions',
    columns: ['at', 'allowed', 'denied', 'shadowDenied', 'bypassed', 'errors'],
    rows: seconds.map((second) => [
      new Date(second.atMs).toISOString(),
      ...[second.allowed, second.denied, second.shadowDenied, second.bypassed, second.errors],
    ]),
  });
  return (
    <>
      <PageHead title={t('page.overview')}>
        <ExportMenu sheet={sheet} />
      </PageHead>
      {frame ? <Tiles frame={frame} /> : <Skeleton rows={2} />}
      <Panel title={title} note={t('overview.window')} flush>
        {seconds.length > 1 ? (
          <TrafficChart title={title} points={seconds} stepMs={1000} windowSeconds={WINDOW_SECONDS} held />
        ) : (
          <NoPoints totals={frame?.totals} />
        )}
      </Panel>
      <div className="columns is-three">
        <Panel title={t('overview.policies')} note={t('overview.now')} flush>
          <PolicyRanking policies={frame?.policies ?? []} />
        </Panel>
        <Panel
          title={t('overview.keys')}
          flush
          end={
            <Segments
              label={t('overview.keys')}
              value={top}
              options={[
                ['denied', t('overview.byDenied')],
                ['requests', t('overview.byRequests')],
              ]}
              onChange={setTop}
            />
          }
        >
          <Loaded of={overview}>
            {({ topDenied, topRequests }) => (
              <KeyRanking keys={top === 'denied' ? topDenied : topRequests} denied={top === 'denied'} />
            )}
          </Loaded>
        </Panel>
        <Panel title={t('overview.changes')} flush end={<a href={hrefOf(['audit'])}>{t('overview.allChanges')}</a>}>
          <Loaded of={overview}>
            {({ recentChanges, degraded }) =>
              recentChanges.length === 0 && degraded.some(({ kind }) => kind === 'control') ? (
                <Empty icon="warn" title={t('changes.unknown')} />
              ) : (
                <ChangeList entries={recentChanges.slice(0, 6)} />
              )
            }
          </Loaded>
        </Panel>
      </div>
    </>
  );
}
