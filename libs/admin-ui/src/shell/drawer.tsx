import { useEffect, useRef } from 'react';
import { Button } from '../components/button';
import { t } from '../i18n';
import { Nav, NavFoot } from './nav';

/** The navigation where there is no room beside the page. */
export function Drawer({ onClose }: { readonly onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className="drawer"
      aria-label={t('nav.label')}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <Button kind="quiet" icon="close" aria-label={t('action.close')} onClick={onClose} />
      <Nav onGo={onClose} />
      <NavFoot />
    </dialog>
  );
}
