import type { PolicyDetail } from '../../../../rate-limit/src/admin/api';
import { useTraffic } from '../../api/queries';
import { NoPoints } from '../../charts/no-points';
import { TrafficChart } from '../../charts/traffic-chart';
import { Segments } from '../../components/fields';
import { Panel } from '../../components/panel';
import { Loaded } from '../../components/states';
import { t } from '../../i18n';
import { count, rate, share } from '../../lib/format';
import { useParam } from '../../lib/router';
import { WINDOW_SECONDS } from '../../live/live';
import { useSession } from '../../session/session';
import { KeyRanking } from '../overview/rankings';

const STEPS = { second: 1000, minute: 60_000, hour: 3_600_000 } as const;
type Resolution = keyof typeof STEPS;

const perSecondOf = (value: number) => (
  <>
    {rate(value)}
    <span className="unit">{t('unit.perSecond')}</span>
  </>
);

export function PolicyTrafficTab({ policy }: { readonly policy: PolicyDetail }) {
  const [range, setRange] = useParam('range', 'second');
  const resolution: Resolution = range in STEPS ? (range as Resolution) : 'second';
  const traffic = useTraffic({ policy: policy.name, resolution }, resolution === 'second' ? 2000 : 30_000);
  const { shared } = useSession().features;
  const title = t('overview.chart');
  const { perSecond, totals, blocked, nearLimit } = policy.traffic;
  const facts = [
    [t('series.allowed'), perSecondOf(perSecond.allowed), t('tile.total', { n: count(totals.allowed) })],
    [
      t('series.denied'),
      perSecondOf(perSecond.denied),
      t('tile.share', { share: share(perSecond.denied, perSecond.allowed + perSecond.denied) }),
    ],
    [t('series.shadow'), perSecondOf(perSecond.shadowDenied), t('tile.total', { n: count(totals.shadowDenied) })],
    [t('column.near'), count(nearLimit), t('policy.nearHint')],
    [t('column.blocked'), `${count(blocked.count)}${blocked.atLeast ? '+' : ''}`, t('policy.blockedHint')],
  ] as const;
  return (
    <>
      <dl className="tiles is-five">
        {facts.map(([label, value, sub]) => (
          <div className="tile" key={label}>
            <dt>{label}</dt>
            <dd className="is-modest">{value}</dd>
            <dd className="sub">{sub}</dd>
          </div>
        ))}
      </dl>
      <Panel
        title={title}
        flush
        end={
          <Segments
            label={t('policy.range')}
            value={resolution}
            options={[
              ['second', t('range.second')],
              ['minute', t('range.minute')],
              ['hour', t('range.hour')],
            ]}
            onChange={setRange}
          />
        }
      >
        <Loaded of={traffic}>
          {({ points }) =>
            points.length < 2 ? (
              <NoPoints totals={totals} needsStore={!shared && resolution !== 'second'} />
            ) : (
              <TrafficChart
                key={resolution}
                title={title}
                points={points}
                stepMs={STEPS[resolution]}
                {...(resolution === 'second' ? { windowSeconds: WINDOW_SECONDS, held: true } : {})}
                perSecond
              />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

export const PolicyKeysTab = ({ policy }: { readonly policy: PolicyDetail }) => (
  <div className="columns">
    <Panel title={t('policy.topDenied')} flush>
      <KeyRanking keys={policy.topDenied} denied withPolicy={false} />
    </Panel>
    <Panel title={t('policy.topRequests')} flush>
      <KeyRanking keys={policy.topRequests} denied={false} withPolicy={false} />
    </Panel>
  </div>
);
