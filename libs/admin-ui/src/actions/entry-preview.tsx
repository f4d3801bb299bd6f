import type { UseQueryResult } from '@tanstack/react-query';
import type { EntryPreview, ListKind } from '../../../rate-limit/src/admin/api';
import { usePolicies } from '../api/queries';
import { Icon } from '../components/icon';
import { Notice } from '../components/panel';
import { explain } from '../components/states';
import { t } from '../i18n';
import { keyText } from '../lib/format';
import { mayCount } from '../lib/key-kind';

interface EntryPreviewProps {
  readonly list: ListKind;
  /** Whether it is of a key, which the policies concern that count by its kind. */
  readonly isKey: boolean;
  readonly preview: UseQueryResult<EntryPreview>;
}

/** Whom an entry would concern now, and which entries would win over it. */
export function EntryPreviewNotice({ list, isKey, preview }: EntryPreviewProps) {
  const policies = usePolicies().data?.policies;
  if (preview.error) {
    return (
      <Notice tone="warn">
        <Icon name="warn" />
        <span>{explain(preview.error)}</span>
      </Notice>
    );
  }
  if (!preview.data) return <p className="small soft">{t('state.loading')}</p>;
  const { normalized, matches, overlaps } = preview.data;
  const isCounted = !isKey || policies === undefined || policies.some(({ code }) => mayCount(code.keyedBy, normalized));
  const stronger = overlaps.find(({ wins }) => wins);
  return (
    <div className="stack-tight" role="status">
      <Notice tone="neutral">
        <Icon name="info" />
        <span className="break">
          {t('entry.keptAs')} <code>{keyText(normalized)}</code> · {t('entry.matches', { n: matches.length })}
          {matches.length > 0 ? `: ${matches.map(({ text }) => keyText(text)).join(', ')}` : ''}
        </span>
      </Notice>
      {isCounted ? null : (
        <Notice tone="warn">
          <Icon name="warn" />
          <span>{t('entry.notCounted')}</span>
        </Notice>
      )}
      {stronger ? (
        <Notice tone="warn">
          <Icon name="warn" />
          <span>{t(list === 'ban' ? 'entry.allowWins' : 'entry.otherWins', { reason: stronger.entry.reason })}</span>
        </Notice>
      ) : null}
    </div>
  );
}
