import type { HeavyKey, PolicyTraffic } from '../../../../rate-limit/src/admin/api';
import { ModeBadge } from '../../components/badges';
import { KeyLink, PolicyLink } from '../../components/key-link';
import { Bar } from '../../components/meter';
import { Empty } from '../../components/states';
import { t } from '../../i18n';
import { compact, count, rate, share } from '../../lib/format';

const MOST = 8;

/** Policies by what they refuse now; those that only watch count with what they would refuse. */
export function PolicyRanking({ policies }: { readonly policies: readonly PolicyTraffic[] }) {
  const refused = ({ mode, perSecond }: PolicyTraffic) =>
    mode === 'shadow' ? perSecond.shadowDenied : perSecond.denied;
  const ranked = [...policies]
    .sort(
      (a, b) =>
        refused(b) - refused(a) || b.perSecond.allowed - a.perSecond.allowed || a.policy.localeCompare(b.policy),
    )
    .slice(0, MOST);
  const most = Math.max(1, ...ranked.map(refused));
  if (ranked.length === 0) return <Empty title={t('empty.traffic')} />;
  return (
    <ol className="ranking">
      {ranked.map((policy) => {
        const shadow = policy.mode === 'shadow';
        const { allowed, denied, shadowDenied } = policy.perSecond;
        // What is refused in shadow beside a limit was decided by that limit, and is counted there.
        const all = allowed + (shadow ? shadowDenied : denied);
        return (
          <li key={policy.policy}>
            <span>
              <PolicyLink name={policy.policy} /> {policy.mode === 'enforce' ? null : <ModeBadge mode={policy.mode} />}
            </span>
            <span className="figures">
              <strong>{rate(refused(policy))}</strong>
              <span className="soft">
                {t(shadow ? 'rank.wouldDeny' : 'rank.denied')} · {share(refused(policy), all)}
              </span>
            </span>
            <Bar part={refused(policy) / most} tone={shadow ? 'is-shadow' : 'is-bad'} />
          </li>
        );
      })}
    </ol>
  );
}

interface KeyRankingProps {
  readonly keys: readonly HeavyKey[];
  readonly denied: boolean;
  readonly withPolicy?: boolean;
}

/** Keys that stand out, with how far the count may be off. */
export function KeyRanking({ keys, denied, withPolicy = true }: KeyRankingProps) {
  const most = Math.max(1, ...keys.map((key) => key.count));
  if (keys.length === 0) return <Empty title={t(denied ? 'empty.denied' : 'empty.traffic')} />;
  return (
    <ol className="ranking">
      {keys.slice(0, MOST).map((heavy) => (
        <li key={`${heavy.policy} ${heavy.key.text}`}>
          <span>
            <KeyLink of={heavy.key} />
          </span>
          <span className="figures" title={t('rank.error', { n: count(heavy.error) })}>
            <strong>
              {heavy.error > 0 ? '≈ ' : ''}
              {compact(heavy.count)}
            </strong>
            {withPolicy ? (
              <span className="soft">
                {' '}
                · <PolicyLink name={heavy.policy} />
              </span>
            ) : null}
          </span>
          <Bar part={heavy.count / most} tone={denied ? 'is-bad' : ''} />
        </li>
      ))}
    </ol>
  );
}
