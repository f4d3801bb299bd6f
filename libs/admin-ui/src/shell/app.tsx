import { useState } from 'react';
import { useBootstrap } from '../api/queries';
import { loginNeeded } from '../api/session-state';
import { Failure, Skeleton } from '../components/states';
import { Toasts } from '../components/toasts';
import { t, useLanguage } from '../i18n';
import { theme, zone } from '../lib/settings';
import { useStore } from '../lib/store';
import { LoginDialog, LoginPage } from '../session/login';
import { SessionContext } from '../session/session';
import { Banner } from './banner';
import { Drawer } from './drawer';
import { Help } from './help';
import { Nav, NavFoot } from './nav';
import { Page } from './page';
import { useShortcuts } from './shortcuts';
import { Topbar } from './topbar';

/** Asks who looks; everything else comes after. */
export function App() {
  useLanguage();
  useStore(zone);
  useStore(theme);
  const login = useStore(loginNeeded);
  const bootstrap = useBootstrap();
  if (bootstrap.data) {
    return (
      <SessionContext.Provider value={bootstrap.data}>
        <Shell />
        {login ? <LoginDialog /> : null}
      </SessionContext.Provider>
    );
  }
  if (login) return <LoginPage />;
  return (
    <main className="gate">
      <div>
        <h1>{t('app.name')}</h1>
        {bootstrap.error ? (
          <Failure error={bootstrap.error} retry={() => void bootstrap.refetch()} />
        ) : (
          <Skeleton rows={3} />
        )}
      </div>
    </main>
  );
}

function Shell() {
  const [drawer, setDrawer] = useState(false);
  const [help, setHelp] = useState(false);
  useShortcuts(() => {
    setHelp(true);
  });
  return (
    <>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector('h1')?.focus();
        }}
      >
        {t('nav.skip')}
      </a>
      <Topbar
        onMenu={() => {
          setDrawer(true);
        }}
        onHelp={() => {
          setHelp(true);
        }}
      />
      <div className="frame">
        <aside className="sidebar" aria-label={t('nav.side')}>
          <div className="sidebar-inner">
            <Nav />
            <NavFoot />
          </div>
        </aside>
        <div>
          <Banner />
          <main className="main" id="main">
            <div className="content">
              <Page />
            </div>
          </main>
        </div>
      </div>
      {drawer ? (
        <Drawer
          onClose={() => {
            setDrawer(false);
          }}
        />
      ) : null}
      {help ? (
        <Help
          onClose={() => {
            setHelp(false);
          }}
        />
      ) : null}
      <Toasts />
    </>
  );
}
