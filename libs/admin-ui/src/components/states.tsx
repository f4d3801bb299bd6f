import type { UseQueryResult } from '@tanstack/react-query';
import { useRef, type ReactNode } from 'react';
import type { AdminProblem } from '../../../rate-limit/src/admin/api';
import { AdminError, UnreachableError } from '../api/problem';
import { t } from '../i18n';
import { clock } from '../lib/format';
import { useNow } from '../lib/clock';
import { clockOffset, STALE_AFTER_MS } from '../live/live';
import { Button } from './button';
import { Icon, type IconName } from './icon';

export const Skeleton = ({ rows = 4 }: { readonly rows?: number }) => (
  <div className="skeleton" role="status">
    <span className="hidden-visually">{t('state.loading')}</span>
    {Array.from({ length: rows }, (_, row) => (
      <span key={row} style={{ width: `${String(96 - ((row * 17) % 40))}%` }} />
    ))}
  </div>
);

interface StateProps {
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}

/** A panel without content: what that means and what can be done. */
export const Empty = ({ icon = 'empty', title, children }: StateProps) => (
  <div className="state">
    <Icon name={icon} />
    <strong>{title}</strong>
    {children}
  </div>
);

/** What went wrong, in words for an operator. */
export function explain(error: unknown): string {
  // The detail names the fields as the API does.
  if (error instanceof AdminError) return messagesOf(error.problem) ?? error.problem.detail;
  if (error instanceof UnreachableError) return t(error.isLate ? 'state.late' : 'state.unreachable');
  return error instanceof Error ? error.message : String(error);
}

function messagesOf({ fields = [] }: AdminProblem): string | undefined {
  return fields.length === 0 ? undefined : fields.map(({ message }) => message).join(' ');
}

export function Failure({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  const code = error instanceof AdminError ? error.problem.code : null;
  if (code === 'forbidden') {
    return (
      <Empty icon="lock" title={t('state.forbidden')}>
        <p>{explain(error)}</p>
      </Empty>
    );
  }
  return (
    <div role="alert">
      <Empty icon="warn" title={t(code === 'not-found' ? 'state.notFound' : 'state.failed')}>
        <p>{explain(error)}</p>
        <Button onClick={retry}>{t('action.retry')}</Button>
      </Empty>
    </div>
  );
}

interface LoadedProps<Answer> {
  readonly of: UseQueryResult<Answer>;
  readonly rows?: number;
  readonly children: (answer: Answer) => ReactNode;
}

/**
 * Shows an answer, or where it is: on its way, refused, failed. An old answer stays when a new one fails, and says so; so
 * does a failure while it is tried again.
 */
export function Loaded<Answer>({ of: query, rows = 4, children }: LoadedProps<Answer>) {
  const failure = useLastFailure(query);
  if (query.data === undefined) {
    if (failure) return <Failure error={failure} retry={() => void query.refetch()} />;
    return (
      <div className="panel-body">
        <Skeleton rows={rows} />
      </div>
    );
  }
  return (
    <>
      <Stale query={query} />
      {children(query.data)}
    </>
  );
}

/** A query without an answer forgets its failure with the next try. Another query, which has not failed, has none. */
function useLastFailure({ error, errorUpdateCount }: UseQueryResult): Error | null {
  const last = useRef<Error | null>(null);
  if (error !== null || errorUpdateCount === 0) last.current = error;
  return last.current;
}

function Stale({ query }: { readonly query: UseQueryResult }) {
  const age = useNow() - clockOffset.get() - query.dataUpdatedAt;
  if (!query.error || age < STALE_AFTER_MS) return null;
  return (
    <div className="panel-body">
      <div className="notice is-warn" role="status">
        <Icon name="warn" />
        <span>
          {t('state.stale', { time: clock(query.dataUpdatedAt + clockOffset.get()) })} {explain(query.error)}
        </span>
      </div>
    </div>
  );
}
