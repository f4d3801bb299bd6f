import { useId, type ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly end?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, note, end, flush = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        {note ? <span className="note">{note}</span> : null}
        {end ? <div className="end">{end}</div> : null}
      </div>
      <div className={flush ? 'panel-body is-flush' : 'panel-body'}>{children}</div>
    </section>
  );
}

export function Notice({
  tone,
  children,
}: {
  tone: 'warn' | 'bad' | 'shadow' | 'good' | 'neutral';
  children: ReactNode;
}) {
  return <div className={`notice is-${tone}`}>{children}</div>;
}
