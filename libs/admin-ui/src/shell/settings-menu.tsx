import { useEffect, useRef, useState } from 'react';
import { Segments } from '../components/fields';
import { Button } from '../components/button';
import { t } from '../i18n';
import { language, theme, zone } from '../lib/settings';
import { useStore } from '../lib/store';

/** How the page looks to whoever looks: theme, language, time zone. Remembered in this browser. */
export function SettingsMenu() {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => {
      if (!(event.target instanceof Node) || !root.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => {
      removeEventListener('pointerdown', outside);
    };
  }, [open]);
  return (
    <div
      className="menu"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        root.current?.querySelector('button')?.focus();
      }}
    >
      <Button
        kind="quiet"
        icon="sun"
        aria-expanded={open}
        aria-label={t('settings.open')}
        title={t('settings.open')}
        onClick={() => {
          setOpen(!open);
        }}
      />
      {open ? <Settings /> : null}
    </div>
  );
}

function Settings() {
  const [chosenTheme, chosenLanguage, chosenZone] = [useStore(theme), useStore(language), useStore(zone)];
  return (
    <div className="menu-list settings">
      <div className="legend">{t('settings.theme')}</div>
      <Segments
        label={t('settings.theme')}
        value={chosenTheme}
        options={[
          ['system', t('settings.system')],
          ['light', t('settings.light')],
          ['dark', t('settings.dark')],
        ]}
        onChange={theme.set}
      />
      <div className="legend">{t('settings.language')}</div>
      <Segments
        label={t('settings.language')}
        value={chosenLanguage}
        options={[
          ['en', 'English'],
          ['de', 'Deutsch'],
        ]}
        onChange={language.set}
      />
      <div className="legend">{t('settings.zone')}</div>
      <Segments
        label={t('settings.zone')}
        value={chosenZone}
        options={[
          ['local', Intl.DateTimeFormat().resolvedOptions().timeZone],
          ['utc', 'UTC'],
        ]}
        onChange={zone.set}
      />
    </div>
  );
}
