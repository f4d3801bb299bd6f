import { useState } from 'react';
import { ADMIN_PATHS } from '../../../rate-limit/src/admin/api';
import { call } from '../api/client';
import { needLogin } from '../api/session-state';
import { Badge, type Tone } from '../components/badges';
import { Button } from '../components/button';
import { Icon } from '../components/icon';
import { Menu } from '../components/menu';
import { say } from '../components/toasts';
import { explain } from '../components/states';
import { t } from '../i18n';
import { typedKey } from '../lib/format';
import { go, hrefOf } from '../lib/router';
import { useStore } from '../lib/store';
import { togglePause } from '../live/connect';
import { live, type LiveState } from '../live/live';
import { useSession } from '../session/session';
import { SettingsMenu } from './settings-menu';

const ENVIRONMENT_TONES = { red: 'bad', amber: 'warn', green: 'good', blue: 'accent', grey: 'neutral' } as const;

export function Topbar({ onMenu, onHelp }: { readonly onMenu: () => void; readonly onHelp: () => void }) {
  const { environment } = useSession();
  return (
    <header className="topbar">
      <span className="menu-button">
        <Button kind="quiet" icon="menu" aria-label={t('nav.open')} onClick={onMenu} />
      </span>
      <a className="brand" href={hrefOf([])} aria-label={t('app.name')}>
        <Icon name="logo" />
        <span className="brand-text">{t('app.name')}</span>
      </a>
      {environment ? (
        <span className={`badge is-env is-${ENVIRONMENT_TONES[environment.color]}`}>{environment.label}</span>
      ) : null}
      <span className="topbar-space" />
      <LiveButton />
      <Search />
      <a className="button is-quiet is-icon search-small" href={hrefOf(['keys'])} aria-label={t('search.label')}>
        <Icon name="search" />
      </a>
      <span className="help-button">
        <Button kind="quiet" icon="help" aria-label={t('help.open')} title={t('help.open')} onClick={onHelp} />
      </span>
      <SettingsMenu />
      <UserMenu />
    </header>
  );
}

const LIVE_TONES: Record<LiveState, Tone> = {
  connecting: 'neutral',
  live: 'good',
  polling: 'warn',
  stale: 'bad',
  paused: 'neutral',
};

function LiveButton() {
  const { state } = useStore(live);
  const words = t(`live.${state}`);
  return (
    <button
      type="button"
      className="button is-quiet"
      aria-pressed={state === 'paused'}
      aria-label={t('live.toggle', { state: words })}
      title={t('live.toggle', { state: words })}
      onClick={togglePause}
    >
      <Badge tone={LIVE_TONES[state]}>
        <span className={state === 'live' ? 'dot is-live' : 'dot'} />
        <span className="live-text">{words}</span>
      </Badge>
    </button>
  );
}

function Search() {
  const [text, setText] = useState('');
  return (
    <form
      className="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const key = typedKey(text);
        if (key === '') return;
        go(['keys', key]);
        setText('');
      }}
    >
      <Icon name="search" />
      <input
        id="search"
        className="input"
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function UserMenu() {
  const { actor, authentication } = useSession();
  const logout = async () => {
    try {
      await call(ADMIN_PATHS.session, { method: 'DELETE' });
      needLogin();
      location.reload();
    } catch (error) {
      say(explain(error), true);
    }
  };
  return (
    <Menu label={t('user.menu', { name: actor.name })} icon="user" quiet>
      <div className="menu-head">
        <div className="strong break">{actor.name}</div>
        {authentication === 'none' ? t('user.open') : null}
      </div>
      {authentication === 'token' ? (
        <button type="button" onClick={() => void logout()}>
          {t('user.logout')}
        </button>
      ) : null}
    </Menu>
  );
}
