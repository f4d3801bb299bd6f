import { Icon } from '../components/icon';
import { t } from '../i18n';
import { clock } from '../lib/format';
import { useStore } from '../lib/store';
import { clockOffset, live } from '../live/live';
import { useSession } from '../session/session';

/** What is wrong, over every page: with the service, and with what this page knows of it. */
export function Banner() {
  const { state, frame, heardAtMs } = useStore(live);
  const { readOnly } = useSession();
  const age = heardAtMs === null ? '' : clock(heardAtMs + clockOffset.get());
  return (
    <div role="status">
      {state === 'stale' ? (
        <div className="banner is-bad">
          <Icon name="warn" />
          <p>
            <strong>{t('banner.stale')}</strong> {t('banner.staleSince', { time: age })}
          </p>
        </div>
      ) : null}
      {(frame?.degraded ?? []).map(({ kind, message, sinceMs }) => (
        <div className={kind === 'store' ? 'banner is-bad' : 'banner'} key={kind}>
          <Icon name="warn" />
          <p>
            <strong>{t(`banner.${kind}`)}</strong> {message}
            {sinceMs === null ? null : <span className="soft"> {t('banner.since', { time: clock(sinceMs) })}</span>}
          </p>
        </div>
      ))}
      {readOnly ? (
        <div className="banner">
          <Icon name="lock" />
          <p>{t('refusal.readOnly')}</p>
        </div>
      ) : null}
    </div>
  );
}
