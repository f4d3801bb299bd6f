import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Icon, type IconName } from './icon';

interface MenuProps {
  readonly label: string;
  readonly icon: IconName;
  readonly quiet?: boolean;
  /** Words beside the icon; without them the label is for readers alone. */
  readonly text?: string;
  /** It holds settings, of which several may be changed: a choice leaves it open. */
  readonly settings?: boolean;
  readonly children: ReactNode;
}

/** A button that shows a few more; a press elsewhere, a choice or Escape closes it. */
export function Menu({ label, icon, quiet = false, text, settings = false, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event) => {
      if (!(event.target instanceof Node) || !root.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    addEventListener('focusin', outside);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('focusin', outside);
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
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className={`button ${quiet ? 'is-quiet' : ''} ${text ? '' : 'is-icon'}`}
        aria-expanded={open}
        aria-label={text === undefined ? label : undefined}
        title={text === undefined ? label : undefined}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <Icon name={icon} />
        {text}
      </button>
      {open ? (
        <div
          className={`menu-list ${settings ? 'settings' : ''}`}
          onClick={() => {
            if (!settings) setOpen(false);
          }}
        >
          {children}
        </div>
      ) : null}
    </div>
  );
}
