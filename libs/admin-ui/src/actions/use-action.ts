import { useState } from 'react';
import { AdminError, UnreachableError } from '../api/problem';
import { refreshControl } from '../api/queries';
import { say } from '../components/toasts';
import { explain } from '../components/states';
import { t } from '../i18n';

export interface Action {
  readonly busy: boolean;
  /** What is wrong as a whole; what is wrong with one field stands at the field. */
  readonly problem: string | null;
  readonly error: AdminError | null;
  readonly field: (path: string) => string | undefined;
  readonly run: () => void;
}

/** Does something on the server: says so when it is done, unless there is nothing to say; keeps the form and shows why when it is not. */
export function useAction<Answer>(
  act: () => Promise<Answer>,
  onDone: (answer: Answer) => { readonly said: string; readonly bad?: boolean } | null,
): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      const done = onDone(await act());
      if (done !== null) say(done.said, done.bad);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
      refreshControl();
    }
  };
  const known = error instanceof AdminError ? error : null;
  const shownAtFields = known !== null && (known.problem.fields?.length ?? 0) > 0;
  return {
    busy,
    error: known,
    problem: error === null || shownAtFields ? null : explainAction(error),
    field: (path) => known?.field(path),
    run: () => {
      if (!busy) void run();
    },
  };
}

function explainAction(error: unknown): string {
  const isUnsure = error instanceof UnreachableError && error.isChange;
  return isUnsure ? `${explain(error)} ${t('state.unsure')}` : explain(error);
}
