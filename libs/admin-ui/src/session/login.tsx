import { useState } from 'react';
import { ADMIN_PATHS, type Session } from '../../../rate-limit/src/admin/api';
import { call } from '../api/client';
import { AdminError } from '../api/problem';
import { queries } from '../api/queries';
import { loginNeeded } from '../api/session-state';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { Field } from '../components/fields';
import { Icon } from '../components/icon';
import { explain } from '../components/states';
import { t } from '../i18n';

interface LoginForm {
  readonly token: string;
  readonly problem: string | undefined;
  readonly busy: boolean;
  readonly setToken: (token: string) => void;
  readonly submit: () => void;
}

function useLogin(): LoginForm {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (token.trim() === '') {
      setProblem(t('login.missing'));
      return;
    }
    setBusy(true);
    try {
      await call<Session>(ADMIN_PATHS.session, { method: 'POST', body: { token: token.trim() } });
      loginNeeded.set(false);
      await queries.invalidateQueries();
    } catch (error) {
      const wrong = error instanceof AdminError && error.problem.status === 401;
      setProblem(wrong ? t('login.wrong') : explain(error));
    } finally {
      setBusy(false);
    }
  };
  return { token, problem, busy, setToken, submit: () => void submit() };
}

const TokenField = ({ token, problem, setToken }: LoginForm) => (
  <Field label={t('login.token')} hint={t('login.hint')} error={problem}>
    {(ids) => (
      <input
        {...ids}
        className="input"
        type="password"
        autoComplete="current-password"
        autoFocus
        value={token}
        onInput={(event) => {
          setToken(event.currentTarget.value);
        }}
      />
    )}
  </Field>
);

/** Before anything is known: a page of its own. */
export function LoginPage() {
  const form = useLogin();
  return (
    <main className="gate">
      <div>
        <span className="brand">
          <Icon name="logo" />
          {t('app.name')}
        </span>
        <h1>{t('login.title')}</h1>
        <form
          className="fields"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            form.submit();
          }}
        >
          <TokenField {...form} />
          <Button type="submit" kind="primary" disabled={form.busy}>
            {t('login.submit')}
          </Button>
        </form>
      </div>
    </main>
  );
}

/** When a session ends during work: over the page, which keeps what was typed. */
export function LoginDialog() {
  const form = useLogin();
  const submit = (
    <Button type="submit" kind="primary" disabled={form.busy}>
      {t('login.submit')}
    </Button>
  );
  return (
    <Dialog title={t('login.again')} modalOnly onClose={() => undefined} onSubmit={form.submit} foot={submit}>
      <p>{t('login.kept')}</p>
      <TokenField {...form} />
    </Dialog>
  );
}
