import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { t } from '../i18n';
import { useSession } from '../session/session';
import { ALL_PAGES } from './pages';

export function Help({ onClose }: { readonly onClose: () => void }) {
  const { links } = useSession();
  const others = [
    ['/', t('help.search')],
    ['.', t('help.pause')],
    ['?', t('help.this')],
    ['Esc', t('help.close')],
  ] as const;
  return (
    <Dialog title={t('help.title')} onClose={onClose} foot={<Button onClick={onClose}>{t('action.close')}</Button>}>
      <div className="shortcuts">
        {ALL_PAGES.map(({ key, title }) => (
          <div key={key}>
            {t(title)}
            <span className="nowrap">
              <kbd>g</kbd> <kbd>{key}</kbd>
            </span>
          </div>
        ))}
        {others.map(([key, text]) => (
          <div key={key}>
            {text}
            <kbd>{key}</kbd>
          </div>
        ))}
      </div>
      {links.length > 0 ? (
        <ul className="stack-tight">
          {links.map(({ label, url }) => (
            <li key={url}>
              <a href={url} rel="noreferrer" target="_blank">
                {label}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
    </Dialog>
  );
}
