import { useState } from 'react';
import { useKeys } from '../../api/queries';
import { Badge, type Tone } from '../../components/badges';
import { Button } from '../../components/button';
import { KeyLink } from '../../components/key-link';
import { PageHead } from '../../components/page-head';
import { Panel } from '../../components/panel';
import { Empty, Loaded } from '../../components/states';
import { Table } from '../../components/table';
import { t } from '../../i18n';
import { keyText, typedKey } from '../../lib/format';
import { go, hrefOf, useParam } from '../../lib/router';

const TONES: Record<'blocked' | 'listed' | 'overridden', Tone> = {
  blocked: 'bad',
  listed: 'warn',
  overridden: 'accent',
};

export function KeysPage() {
  const [search, setSearch] = useParam('q');
  const [asked, setAsked] = useState(false);
  const key = typedKey(search);
  const keys = useKeys(key);
  const inspect = () => {
    setAsked(true);
    if (key !== '') go(['keys', key]);
  };
  return (
    <>
      <PageHead title={t('page.keys')} lead={t('keys.lead')} />
      <form
        className="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          inspect();
        }}
      >
        <input
          className="input mono is-long"
          type="search"
          aria-label={t('search.label')}
          aria-invalid={asked && key === ''}
          placeholder={t('search.placeholder')}
          value={search}
          spellCheck={false}
          onInput={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Button type="submit" kind="primary" icon="search">
          {t('keys.inspect')}
        </Button>
      </form>
      <Panel title={t('keys.known')} note={t('keys.knownNote')} flush>
        <Loaded of={keys} rows={6}>
          {({ keys: list }) =>
            list.length === 0 ? (
              <Empty title={t(key === '' ? 'empty.keys' : 'empty.keySearch')}>
                {key === '' ? null : (
                  <>
                    <p>{t('empty.keySearchCause')}</p>
                    <a className="button" href={hrefOf(['keys', key])}>
                      {t('keys.inspectExact', { key: keyText(key).slice(0, 60) })}
                    </a>
                  </>
                )}
              </Empty>
            ) : (
              <Table
                caption={t('keys.known')}
                rows={list}
                rowKey={({ key }) => key.ref ?? key.text}
                columns={[
                  {
                    id: 'key',
                    header: t('column.key'),
                    head: true,
                    by: ({ key }) => key.text,
                    cell: ({ key }) => <KeyLink of={key} />,
                  },
                  {
                    id: 'known',
                    header: t('keys.why'),
                    by: ({ known }) => known.join(),
                    cell: ({ known }) => (
                      <span className="toolbar">
                        {known.map((why) => (
                          <Badge tone={TONES[why]} key={why}>
                            {t(`known.${why}`)}
                          </Badge>
                        ))}
                      </span>
                    ),
                  },
                  { id: 'policies', header: t('page.policies'), cell: ({ policies }) => policies.join(', ') },
                ]}
              />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}
