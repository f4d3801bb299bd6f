import { useEffect, useId, useRef, type ReactNode } from 'react';
import { t } from '../i18n';
import { Button } from './button';

interface DialogProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly onSubmit?: () => void;
  /** Stays until it is answered: Escape does not close it. */
  readonly modalOnly?: boolean;
  readonly children: ReactNode;
  readonly foot: ReactNode;
}

/**
 * A question over the page. The browser keeps the focus inside; it goes back to where it came from, or to the heading
 * of the page when that has gone.
 */
export function Dialog({ title, wide = false, onClose, onSubmit, modalOnly = false, children, foot }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      setTimeout(() => {
        returnFocus(before);
      }, 0);
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={wide ? 'is-wide' : ''}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!modalOnly) onClose();
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
          // What is wrong is marked with the next drawing.
          requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
        }}
      >
        <div className="dialog-head">
          <h2 id={id}>{title}</h2>
          {modalOnly ? null : <Button kind="quiet" icon="close" aria-label={t('action.close')} onClick={onClose} />}
        </div>
        <div className="dialog-body">{children}</div>
        <div className="dialog-foot">{foot}</div>
      </form>
    </dialog>
  );
}

/** For how long a row may take to go after what was done to it, in milliseconds. */
const ROW_GOES_MS = 5000;

function returnFocus(before: Element | null): void {
  if (document.querySelector('dialog[open]')) return;
  if (!(before instanceof HTMLElement) || before === document.body || !before.isConnected) {
    focusHeading();
    return;
  }
  before.focus();
  const watch = new MutationObserver(() => {
    if (before.isConnected) return;
    watch.disconnect();
    if (document.activeElement === document.body) focusHeading();
  });
  watch.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => {
    watch.disconnect();
  }, ROW_GOES_MS);
}

const focusHeading = (): void => document.querySelector('h1')?.focus();
