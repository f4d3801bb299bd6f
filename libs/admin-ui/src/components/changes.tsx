import type { FieldChange } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';
import { dateTime } from '../lib/format';
import { perText } from '../lib/limit-text';

/** What was and what is, field by field. */
export const Changes = ({ of: changes }: { readonly of: readonly FieldChange[] }) => (
  <>
    {changes.map(({ field, before, after }) => (
      <span className="change" key={field}>
        <span className="soft">{field}</span>
        {before === null ? null : <del>{readable(field, before)}</del>}
        {before === null || after === null ? null : <span aria-hidden="true">→</span>}
        {after === null ? (
          <span className="soft">{t('change.none')}</span>
        ) : (
          <ins className="break">{readable(field, after)}</ins>
        )}
      </span>
    ))}
  </>
);

/** Moments come as the log keeps them; they are shown in the time zone of whoever looks. So do windows without a unit. */
function readable(field: string, value: string): string {
  if (field === 'per') return perText(value);
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? dateTime(Date.parse(value)) : value;
}
