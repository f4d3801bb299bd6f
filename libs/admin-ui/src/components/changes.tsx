import type { FieldChange } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';
import { dateTime } from '../lib/format';

/** What was and what is, field by field. */
export const Changes = ({ of: changes }: { readonly of: readonly FieldChange[] }) => (
  <>
    {changes.map(({ field, before, after }) => (
      <span className="change" key={field}>
        <span className="soft">{field}</span>
        {before === null ? null : <del>{readable(before)}</del>}
        {before === null || after === null ? null : <span aria-hidden="true">→</span>}
        {after === null ? (
          <span className="soft">{t('change.none')}</span>
        ) : (
          <ins className="break">{readable(after)}</ins>
        )}
      </span>
    ))}
  </>
);

/** Moments come as the log keeps them; they are shown in the time zone of whoever looks. */
const readable = (value: string): string =>
  /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? dateTime(Date.parse(value)) : value;
