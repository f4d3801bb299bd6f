import { useState, type ReactNode } from 'react';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { t } from '../i18n';
import { ProblemNotice } from './problem-notice';
import { isReason, ReasonField, reasonProblem } from './reason-field';
import { useAction, type Action } from './use-action';

interface ReasonDialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly act: (reason: string) => Promise<{ readonly said: string; readonly bad?: boolean }>;
  readonly onClose: () => void;
  /** Fields among the children that tell by themselves what is wrong with them. */
  readonly placed?: readonly string[];
  /** What stands before the reason; a function where it shows what the server has said of its fields. */
  readonly children?: ReactNode | ((action: Action) => ReactNode);
}

/** Asks for the reason of a change, and makes it. */
export function ReasonDialog({
  title,
  confirm,
  danger = false,
  act,
  onClose,
  placed = [],
  children,
}: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const action = useAction(
    () => act(reason.trim()),
    (result) => {
      onClose();
      return result;
    },
  );
  const submit = () => {
    setTried(true);
    if (isReason(reason)) action.run();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" kind={danger ? 'danger' : 'primary'} disabled={action.busy}>
            {confirm}
          </Button>
        </>
      }
    >
      {typeof children === 'function' ? children(action) : children}
      <ReasonField value={reason} onChange={setReason} error={action.field('reason') ?? reasonProblem(reason, tried)} />
      <ProblemNotice action={action} placed={['reason', ...placed]} />
    </Dialog>
  );
}
