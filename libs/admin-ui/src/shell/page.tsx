import type { ReactElement } from 'react';
import { Drawn } from '../components/drawn';
import { Empty } from '../components/states';
import { PageHead } from '../components/page-head';
import { t } from '../i18n';
import { hrefOf, usePlace } from '../lib/router';
import { AuditPage } from '../pages/audit/audit-page';
import { BlockedPage } from '../pages/blocked/blocked-page';
import { KeyPage } from '../pages/keys/key-page';
import { KeysPage } from '../pages/keys/keys-page';
import { ListsPage } from '../pages/lists/lists-page';
import { OverridePage } from '../pages/overrides/override-page';
import { OverridesPage } from '../pages/overrides/overrides-page';
import { OverviewPage } from '../pages/overview/overview-page';
import { PoliciesPage } from '../pages/policies/policies-page';
import { PolicyPage } from '../pages/policies/policy-page';
import { SimulatePage } from '../pages/simulate/simulate-page';
import { SystemPage } from '../pages/system/system-page';

/** The page that the address names. */
export function Page(): ReactElement {
  const { path } = usePlace();
  return <Drawn key={path.join('/')}>{pageOf(path)}</Drawn>;
}

/** A page for another thing is another page: it starts anew. */
function pageOf(path: readonly string[]): ReactElement {
  const [name = '', detail] = path;
  if (detail !== undefined) {
    if (name === 'policies') return <PolicyPage key={detail} name={detail} />;
    if (name === 'keys') return <KeyPage key={detail} keyRef={detail} />;
    if (name === 'overrides') return <OverridePage key={detail} id={detail} />;
    if (name === 'audit') return <AuditPage key={detail} entryId={detail} />;
  }
  if (name === '') return <OverviewPage />;
  if (name === 'policies') return <PoliciesPage />;
  if (name === 'keys') return <KeysPage />;
  if (name === 'blocked') return <BlockedPage />;
  if (name === 'lists') return <ListsPage />;
  if (name === 'overrides') return <OverridesPage />;
  if (name === 'simulate') return <SimulatePage />;
  if (name === 'audit') return <AuditPage />;
  if (name === 'system') return <SystemPage />;
  return (
    <>
      <PageHead title={t('page.missing')} />
      <Empty title={t('page.missing')}>
        <a href={hrefOf([])}>{t('page.overview')}</a>
      </Empty>
    </>
  );
}
