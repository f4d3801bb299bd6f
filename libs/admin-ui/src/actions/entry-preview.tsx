import type { UseQueryResult } from '@tanstack/react-query';
import type { EntryPreview, ListKind } from '../../../rate-limit/src/admin/api';
import { Icon } from '../components/icon';
import { Notice } from '../components/panel';
import { explain } from '../components/states';
import { t } from '../i18n';
import { keyText } from '../lib/format';

interface EntryPreviewProps {
  readonly list: ListKind;
  readonly preview: UseQueryResult<EntryPreview>;
}

/** Whom an entry would concern now, and which entries would win over it. */
export function EntryPreviewNotice({ list, preview }: EntryPreviewProps) {
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
      {stronger ? (
        <Notice tone="warn">
          <Icon name="warn" />
          <span>{t(list === 'ban' ? 'entry.allowWins' : 'entry.otherWins', { reason: stronger.entry.reason })}</span>
        </Notice>
      ) : null}
    </div>
  );
}
