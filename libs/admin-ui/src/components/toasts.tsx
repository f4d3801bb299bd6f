import { createStore, useStore } from '../lib/store';
import { t } from '../i18n';
import { Button } from './button';
import { Icon } from './icon';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
}

const toasts = createStore<readonly Toast[]>([]);
let next = 1;

/** Says what has been done. A failure stays until it is closed. */
export function say(text: string, bad = false): void {
  const id = next++;
  toasts.set([...toasts.get().slice(-2), { id, text, bad }]);
  if (!bad)
    setTimeout(() => {
      drop(id);
    }, 6000);
}

function drop(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

export function Toasts() {
  return (
    <div className="toasts" role="status">
      {useStore(toasts).map(({ id, text, bad }) => (
        <div className={bad ? 'toast is-bad' : 'toast'} key={id}>
          <Icon name={bad ? 'warn' : 'check'} />
          <p className="break">{text}</p>
          <Button
            kind="quiet"
            small
            icon="close"
            aria-label={t('action.close')}
            onClick={() => {
              drop(id);
            }}
          />
        </div>
      ))}
    </div>
  );
}
