import type { Expiry } from '../../../rate-limit/src/admin/api';
import { Field } from '../components/fields';
import { t } from '../i18n';
import { dateTime, duration } from '../lib/format';
import { useNow } from '../lib/clock';

const HOUR = 3_600_000;
const CHOICES = [HOUR / 4, HOUR, 4 * HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

interface ExpiryFieldProps {
  readonly value: Expiry;
  readonly onChange: (value: Expiry) => void;
  readonly error?: string | undefined;
}

/** How long a change holds. “Never” is there and has to be chosen. */
export function ExpiryField({ value, onChange, error }: ExpiryFieldProps) {
  const now = useNow();
  const choices = value === 'never' || CHOICES.includes(value) ? CHOICES : [value, ...CHOICES];
  const hint = value === 'never' ? t('expiry.neverHint') : t('expiry.until', { time: dateTime(now + value) });
  return (
    <Field label={t('expiry.label')} hint={hint} error={error}>
      {(ids) => (
        <select
          {...ids}
          value={String(value)}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            onChange(chosen === 'never' ? 'never' : Number(chosen));
          }}
        >
          {choices.map((choice) => (
            <option key={choice} value={String(choice)}>
              {duration(choice)}
            </option>
          ))}
          <option value="never">{t('time.never')}</option>
        </select>
      )}
    </Field>
  );
}
