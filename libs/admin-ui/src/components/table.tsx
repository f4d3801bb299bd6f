import { useMemo, useState, type ReactNode } from 'react';
import { t } from '../i18n';
import { language } from '../lib/settings';
import { Button } from './button';
import { Icon } from './icon';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the column is sorted by; without it, it is not. */
  readonly by?: (row: Row) => string | number;
  readonly end?: boolean;
  readonly tight?: boolean;
  /** Names the row: one column of a table. */
  readonly head?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort?: readonly [string, 'up' | 'down'];
  readonly pageSize?: number;
}

/** Sorted and paged in the browser, so that a list of thousands draws as fast as one of fifty. Narrow, rows become cards. */
export function Table<Row>({ caption, columns, rows, rowKey, sort = ['', 'down'], pageSize = 50 }: TableProps<Row>) {
  const [[sortId, direction], setSort] = useState(sort);
  const [wantedPage, setPage] = useState(0);
  const by = columns.find(({ id }) => id === sortId)?.by;
  const sorted = useMemo(() => (by ? sortedBy(rows, by, direction) : rows), [rows, sortId, direction]);
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const page = Math.min(wantedPage, pages - 1);
  return (
    <>
      <div className="table-wrap">
        <table className="table is-stacking" role="table">
          <caption className="hidden-visually">{caption}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column) => (
                <Header
                  key={column.id}
                  column={column}
                  direction={column.id === sortId ? direction : null}
                  onSort={(next) => {
                    setSort([column.id, next]);
                    setPage(0);
                  }}
                />
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {sorted.slice(page * pageSize, (page + 1) * pageSize).map((row) => (
              <tr key={rowKey(row)} role="row">
                {columns.map((column) => (
                  <Cell key={column.id} column={column} row={row} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 ? <Pager page={page} pages={pages} rows={rows.length} size={pageSize} onPage={setPage} /> : null}
    </>
  );
}

const classOf = (column: { readonly end?: boolean; readonly tight?: boolean }): string =>
  [column.end ? 'is-end' : '', column.tight ? 'is-tight' : ''].filter(Boolean).join(' ');

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) {
  // In a card it stands beside its label as one thing, whatever it consists of.
  const content = <div className="cell">{column.cell(row)}</div>;
  return column.head ? (
    <th scope="row" role="rowheader" data-label={column.header} className={classOf(column)}>
      {content}
    </th>
  ) : (
    <td role="cell" data-label={column.header} className={classOf(column)}>
      {content}
    </td>
  );
}

interface HeaderProps<Row> {
  readonly column: Column<Row>;
  readonly direction: 'up' | 'down' | null;
  readonly onSort: (direction: 'up' | 'down') => void;
}

function Header<Row>({ column, direction, onSort }: HeaderProps<Row>) {
  const sorted = direction === null ? {} : ({ 'aria-sort': direction === 'up' ? 'ascending' : 'descending' } as const);
  const name = column.header || <span className="hidden-visually">{t('table.actions')}</span>;
  return (
    <th scope="col" role="columnheader" className={classOf(column)} {...sorted}>
      {column.by ? (
        <button
          type="button"
          className="sort"
          onClick={() => {
            onSort(direction === 'down' ? 'up' : 'down');
          }}
        >
          {name}
          <Icon name={direction === 'up' ? 'up' : 'down'} />
        </button>
      ) : (
        name
      )}
    </th>
  );
}

function sortedBy<Row>(rows: readonly Row[], by: (row: Row) => string | number, direction: 'up' | 'down'): Row[] {
  const collator = new Intl.Collator(language.get(), { numeric: true });
  const sign = direction === 'up' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * collator.compare(String(left), String(right));
  });
}

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly rows: number;
  readonly size: number;
  readonly onPage: (page: number) => void;
}

function Pager({ page, pages, rows, size, onPage }: PagerProps) {
  const to = Math.min(rows, (page + 1) * size);
  return (
    <div className="pager">
      <span className="num">{t('table.range', { from: page * size + 1, to, all: rows })}</span>
      <span>
        <Button
          small
          disabled={page === 0}
          onClick={() => {
            onPage(page - 1);
          }}
        >
          {t('table.previous')}
        </Button>
        <Button
          small
          disabled={page === pages - 1}
          onClick={() => {
            onPage(page + 1);
          }}
        >
          {t('table.next')}
        </Button>
      </span>
    </div>
  );
}
