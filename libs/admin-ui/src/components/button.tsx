import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './icon';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly small?: boolean;
  readonly icon?: IconName;
  readonly children?: ReactNode;
}

export function Button({ kind = 'plain', small = false, icon, children, ...rest }: ButtonProps) {
  const classes = ['button', kind === 'plain' ? '' : `is-${kind}`, small ? 'is-small' : '', children ? '' : 'is-icon'];
  return (
    <button type="button" {...rest} className={classes.filter(Boolean).join(' ')}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}
