import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  ADMIN_PATHS,
  type EntryCreate,
  type EntryMatch,
  type EntryPreview,
  type Expiry,
  type ListEntry,
  type ListKind,
} from '../../../rate-limit/src/admin/api';
import { call } from '../api/client';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { Choices, Field } from '../components/fields';
import { KeyInput } from '../components/key-input';
import { t } from '../i18n';
import { matchText } from '../pages/lists/columns';
import { useSession } from '../session/session';
import { EntryPreviewNotice } from './entry-preview';
import { ExpiryField } from './expiry-field';
import { ProblemNotice } from './problem-notice';
import { isReason, ReasonField, reasonProblem } from './reason-field';
import { useAction } from './use-action';

interface EntryDialogProps {
  readonly list: ListKind;
  /** Whom it concerns, where that is known. */
  readonly subject?: string;
  readonly onClose: () => void;
}

/** Bans or allows a key, an address or a range, and shows whom that would concern before it is done. */
export function EntryDialog({ list: first, subject = '', onClose }: EntryDialogProps) {
  const { defaultExpiryMs } = useSession();
  const [list, setList] = useState<ListKind>(first);
  const [text, setText] = useState(subject);
  const [reason, setReason] = useState('');
  const [expiresInMs, setExpiry] = useState<Expiry>(defaultExpiryMs);
  const [tried, setTried] = useState(false);
  const match = matchOf(text);
  const preview = useQuery({
    queryKey: ['entryPreview', list, text],
    queryFn: ({ signal }) =>
      call<EntryPreview>(ADMIN_PATHS.entryPreview, { method: 'POST', body: { list, match }, signal }),
    enabled: text !== '',
    retry: false,
  });
  const body: EntryCreate = { list, match, reason: reason.trim(), expiresInMs };
  const action = useAction(
    () => call<ListEntry>(ADMIN_PATHS.entries, { method: 'POST', body }),
    (entry) => {
      onClose();
      return { said: t(list === 'ban' ? 'entry.banned' : 'entry.allowed', { key: matchText(entry) }) };
    },
  );
  const submit = () => {
    setTried(true);
    if (isReason(reason) && text !== '') action.run();
  };
  const matchProblem = action.field(`match.${match.kind}`) ?? action.field('match');
  return (
    <Dialog
      title={t('entry.title')}
      onClose={onClose}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" kind={list === 'ban' ? 'danger' : 'primary'} disabled={action.busy}>
            {t(list === 'ban' ? 'entry.ban' : 'entry.allow')}
          </Button>
        </>
      }
    >
      <Choices
        legend={t('entry.list')}
        value={list}
        options={[
          { value: 'ban', label: t('entry.banChoice'), hint: t('entry.banHint') },
          { value: 'allow', label: t('entry.allowChoice'), hint: t('entry.allowHint') },
        ]}
        onChange={setList}
      />
      <Field
        label={t('entry.whom')}
        hint={t('entry.whomHint')}
        error={matchProblem ?? (tried && text === '' ? t('entry.whomMissing') : undefined)}
      >
        {(ids) => <KeyInput ids={ids} value={text} onChange={setText} />}
      </Field>
      {text === '' ? null : <EntryPreviewNotice list={list} isKey={match.kind === 'key'} preview={preview} />}
      <ExpiryField value={expiresInMs} onChange={setExpiry} error={action.field('expiresInMs')} />
      <ReasonField value={reason} onChange={setReason} error={action.field('reason') ?? reasonProblem(reason, tried)} />
      <ProblemNotice action={action} placed={['match', `match.${match.kind}`, 'expiresInMs', 'reason']} />
    </Dialog>
  );
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)$/i;

/**
 * What an operator means: `10.0.0.0/8` is a range, `10.0.0.1` and `[2001:db8::1]` an address, anything else a key such
 * as `user:42`. A key with a range behind `ip:`, as previews write it, is the range to the API.
 */
export function matchOf(text: string): EntryMatch {
  const bare = text.replace(/^\[([\da-f:.]+)\]/i, '$1');
  const [address = '', bits] = bare.split('/');
  if (ADDRESS.test(address) && bits !== undefined && /^\d{1,3}$/.test(bits)) return { kind: 'cidr', cidr: bare };
  if (ADDRESS.test(bare)) return { kind: 'address', address: bare };
  return { kind: 'key', key: text };
}
