import type { ReactNode } from 'react';
import type { RedisView, SystemStatus } from '../../../../rate-limit/src/admin/api';
import { Badge } from '../../components/badges';
import { Icon } from '../../components/icon';
import { Notice, Panel } from '../../components/panel';
import { Moment } from '../../components/time';
import { t } from '../../i18n';
import { bytes, count, milliseconds } from '../../lib/format';

type Fact = readonly [string, ReactNode];

const Facts = ({ of: facts }: { readonly of: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(([label, value]) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd className="num">{value}</dd>
      </div>
    ))}
  </dl>
);

export function StoreFacts({ status: { store, streams } }: { readonly status: SystemStatus }) {
  const tone = store.state === 'up' ? 'good' : store.state === 'degraded' ? 'bad' : 'neutral';
  return (
    <Panel title={t('system.store')} note={<Badge tone={tone}>{t(`store.${store.state}`)}</Badge>}>
      <div className="stack">
        <Facts
          of={[
            [t('system.kind'), store.kind],
            [t('system.since'), store.sinceMs === null ? '–' : <Moment atMs={store.sinceMs} />],
            [t('system.streams'), t('system.ofMost', { n: streams.open, most: streams.most })],
          ]}
        />
        {store.lastError ? (
          <Notice tone={store.state === 'up' ? 'neutral' : 'bad'}>
            <Icon name="info" />
            <span className="break">
              {t('system.lastError')} {store.lastError.message} (<Moment atMs={store.lastError.atMs} />)
            </span>
          </Notice>
        ) : null}
      </div>
    </Panel>
  );
}

export const ControlFacts = ({ status: { control } }: { readonly status: SystemStatus }) => (
  <Panel title={t('system.controlTitle')} note={t(control.shared ? 'system.shared' : 'system.alone')}>
    <Facts
      of={[
        [t('system.control'), control.version],
        [t('system.lastRead'), control.lastReadAtMs === null ? '–' : <Moment atMs={control.lastReadAtMs} />],
        [t('page.overrides'), count(control.overrides)],
        [t('page.lists'), count(control.entries)],
        [t('system.restored'), count(control.restored)],
      ]}
    />
  </Panel>
);

export function RedisFacts({ redis }: { readonly redis: RedisView }) {
  const known = (value: number | null): string => (value === null ? '–' : count(value));
  return (
    <Panel
      title="Redis"
      note={
        <Badge tone={redis.connected ? 'good' : 'bad'}>{t(redis.connected ? 'redis.connected' : 'redis.gone')}</Badge>
      }
    >
      <div className="stack">
        <Facts
          of={[
            [t('redis.topology'), t(`topology.${redis.topology}`)],
            [t('system.version'), redis.version ?? '–'],
            [t('redis.role'), redis.role ?? '–'],
            [t('redis.roundTrip'), redis.roundTripMs === null ? '–' : `${milliseconds(redis.roundTripMs)} ms`],
            [t('redis.memory'), memory(redis)],
            [t('redis.eviction'), redis.evictionPolicy ?? '–'],
            [t('redis.evicted'), known(redis.evictedKeys)],
            [t('redis.clients'), known(redis.connectedClients)],
            [t('redis.replicas'), known(redis.replicas)],
          ]}
        />
        {redis.notPermitted.length > 0 ? (
          <Notice tone="neutral">
            <Icon name="info" />
            <span>{t('redis.notPermitted', { what: redis.notPermitted.join(', ') })}</span>
          </Notice>
        ) : null}
      </div>
    </Panel>
  );
}

function memory({ usedMemoryBytes, maxMemoryBytes }: RedisView): string {
  if (maxMemoryBytes === null || maxMemoryBytes === 0) return bytes(usedMemoryBytes);
  return `${bytes(usedMemoryBytes)} / ${bytes(maxMemoryBytes)}`;
}
