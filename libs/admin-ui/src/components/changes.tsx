import type { FieldChange } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';

/** What was and what is, field by field. */
export const Changes = ({ of: changes }: { readonly of: readonly FieldChange[] }) => (
  <>
    {changes.map(({ field, before, after }) => (
      <span className="change" key={field}>
        <span className="soft">{field}</span>
        {before === null ? null : <del>{before}</del>}
        {before === null || after === null ? null : <span aria-hidden="true">→</span>}
        {after === null ? <span className="soft">{t('change.none')}</span> : <ins className="break">{after}</ins>}
      </span>
    ))}
  </>
);
