import { t } from '../i18n';
import { count } from '../lib/format';
import { hrefOf, usePlace } from '../lib/router';
import { useStore } from '../lib/store';
import { live } from '../live/live';
import { Badge } from '../components/badges';
import { Icon } from '../components/icon';
import { useSession } from '../session/session';
import { PAGES } from './pages';

export function Nav({ onGo }: { readonly onGo?: () => void }) {
  const { path } = usePlace();
  const blocked = useStore(live).frame?.blocked.count ?? 0;
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      {PAGES.map(({ title, pages }) => (
        <div className="nav" key={title ?? ''}>
          {title ? <div className="nav-group">{t(title)}</div> : null}
          {pages.map((page) => (
            <a
              key={page.path}
              href={hrefOf(page.path ? [page.path] : [])}
              aria-current={(path[0] ?? '') === page.path ? 'page' : undefined}
              onClick={() => onGo?.()}
            >
              <Icon name={page.icon} />
              {t(page.title)}
              {page.path === 'blocked' && blocked > 0 ? (
                <span className="count num">
                  <Badge tone="bad">{count(blocked)}</Badge>
                </span>
              ) : null}
            </a>
          ))}
        </div>
      ))}
    </nav>
  );
}

export function NavFoot() {
  const { version, roles } = useSession();
  const { frame } = useStore(live);
  const role = roles.includes('configure')
    ? 'role.configure'
    : roles.includes('operate')
      ? 'role.operate'
      : 'role.read';
  return (
    <div className="sidebar-foot">
      <div>{t('foot.role', { role: t(role) })}</div>
      {frame ? <div>{t('foot.instances', { ...frame.instances })}</div> : null}
      <div>{t('foot.version', { version })}</div>
    </div>
  );
}
