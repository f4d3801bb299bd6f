import { Segments } from '../components/fields';
import { Menu } from '../components/menu';
import { t } from '../i18n';
import { language, theme, zone } from '../lib/settings';
import { useStore } from '../lib/store';

/** How the page looks to whoever looks: theme, language, time zone. Remembered in this browser. */
export function SettingsMenu() {
  return (
    <Menu label={t('settings.open')} icon="sun" quiet settings>
      <Settings />
    </Menu>
  );
}

function Settings() {
  const [chosenTheme, chosenLanguage, chosenZone] = [useStore(theme), useStore(language), useStore(zone)];
  return (
    <>
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
    </>
  );
}
