import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../i18n';

interface PageHeadProps {
  readonly title: string;
  /** What follows the title on its line, such as badges. */
  readonly beside?: ReactNode;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}

let first = true;

/** The one heading of a page. It takes the focus when the page is entered, so that readers hear where they are. */
export function PageHead({ title, beside, lead, children }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title]);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    first = false;
  }, []);
  return (
    <div className="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {beside}
      {children ? <div className="actions">{children}</div> : null}
      {lead ? <p className="lead">{lead}</p> : null}
    </div>
  );
}
