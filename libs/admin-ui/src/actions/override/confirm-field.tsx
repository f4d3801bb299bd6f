import type { OverridePatch, PolicySettings } from '../../../../rate-limit/src/admin/api';
import { Field } from '../../components/fields';
import { t } from '../../i18n';
import { changed } from '../../lib/large-change';
import { limitText } from '../../lib/limit-text';

interface ConfirmFieldProps {
  readonly policy: string;
  /** Left out while it is not known. */
  readonly code: PolicySettings | undefined;
  /** What holds on top of it, where the patch is compared with that. */
  readonly now?: OverridePatch | undefined;
  readonly patch: OverridePatch;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** The name of the policy, typed by whoever changes a limit more than tenfold. */
export const ConfirmField = ({ policy, code, now, patch, value, error, onChange }: ConfirmFieldProps) => (
  <Field
    label={t('step.confirm', { policy })}
    hint={
      code &&
      t(now ? 'step.confirmNowHint' : 'step.confirmHint', {
        before: limitText(changed(code, now ?? {})),
        after: limitText(changed(code, patch)),
      })
    }
    error={error}
  >
    {(ids) => (
      <input
        {...ids}
        className="input mono"
        value={value}
        autoComplete="off"
        spellCheck={false}
        onInput={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
    )}
  </Field>
);
