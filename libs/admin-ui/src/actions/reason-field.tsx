import { Field } from '../components/fields';
import { t } from '../i18n';

interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

/** Why: every change needs it, and the audit log keeps it. */
export const ReasonField = ({ value, onChange, error }: ReasonFieldProps) => (
  <Field label={t('reason.label')} hint={t('reason.hint', { least: LEAST })} error={error}>
    {(ids) => (
      <input
        {...ids}
        className="input"
        required
        maxLength={500}
        value={value}
        autoComplete="off"
        onInput={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
    )}
  </Field>
);

/** The shortest reason that the server takes, in characters. */
const LEAST = 3;

export const isReason = (reason: string): boolean => reason.trim().length >= LEAST;

/** What is wrong with a reason before it is sent. */
export function reasonProblem(reason: string, tried: boolean): string | undefined {
  if (!tried || isReason(reason)) return undefined;
  return t(reason.trim() === '' ? 'reason.missing' : 'reason.short', { least: LEAST });
}
