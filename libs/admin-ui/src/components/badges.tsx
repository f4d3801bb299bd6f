import type { ReactNode } from 'react';
import type { Applied, Override, PolicyMode, PolicySettings } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';
import { limitText } from '../lib/limit-text';
import { Icon, type IconName } from './icon';

export type Tone = 'neutral' | 'good' | 'bad' | 'warn' | 'shadow' | 'accent';

export const Badge = ({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ReactNode }) => (
  <span className={`badge is-${tone}`}>
    {icon ? <Icon name={icon} /> : null}
    {children}
  </span>
);

export function ModeBadge({ mode }: { readonly mode: PolicyMode }) {
  if (mode === 'shadow')
    return (
      <Badge tone="shadow" icon="eye">
        {t('mode.shadow')}
      </Badge>
    );
  if (mode === 'off')
    return (
      <Badge tone="warn" icon="off">
        {t('mode.off')}
      </Badge>
    );
  return <Badge tone="neutral">{t('mode.enforce')}</Badge>;
}

/** A limit that is tried out in shadow. */
export const TrialBadge = ({ trial }: { readonly trial: PolicySettings }) => (
  <Badge tone="shadow" icon="eye">
    {t('policy.tried', { limit: limitText(trial) })}
  </Badge>
);

export function OverrideState({ override }: { readonly override: Override }) {
  if (override.problem !== null) return <Badge tone="bad">{t('override.broken')}</Badge>;
  if (override.state === 'shadow')
    return (
      <Badge tone="shadow" icon="eye">
        {t('override.shadow')}
      </Badge>
    );
  if (override.state === 'active')
    return (
      <Badge tone="good" icon="check">
        {t('override.active')}
      </Badge>
    );
  return <Badge tone="neutral">{t(override.state === 'expired' ? 'override.expired' : 'override.removed')}</Badge>;
}

/** On how many instances a change holds, and which ones lack it. */
export function AppliedOn({ applied: { applied, instances, complete, missing } }: { readonly applied: Applied }) {
  const isBehind = applied < instances;
  const unknown = complete ? [] : [t('applied.unknown')];
  const notes = [...unknown, ...missing.map(({ id, problem }) => (problem ? `${id}: ${problem}` : id))];
  return (
    <span className={`num nowrap ${isBehind ? 'warn' : ''}`} title={notes.join('\n') || undefined}>
      {isBehind ? <Icon name="warn" /> : null} {t('applied', { applied, instances: complete ? instances : '?' })}
    </span>
  );
}
