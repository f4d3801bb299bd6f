import { t } from '../i18n';
import { csvOf, download, jsonOf, type Sheet } from '../lib/export';
import { Menu } from './menu';

/** Saves what a table shows, under the filter that is set. */
export function ExportMenu({ sheet }: { readonly sheet: () => Sheet }) {
  const save = (kind: 'csv' | 'json') => {
    const made = sheet();
    if (kind === 'csv') download(`${made.name}.csv`, 'text/csv;charset=utf-8', csvOf(made));
    else download(`${made.name}.json`, 'application/json', jsonOf(made));
  };
  return (
    <Menu label={t('action.export')} icon="download" text={t('action.export')}>
      <button
        type="button"
        onClick={() => {
          save('csv');
        }}
      >
        CSV
      </button>
      <button
        type="button"
        onClick={() => {
          save('json');
        }}
      >
        JSON
      </button>
    </Menu>
  );
}
