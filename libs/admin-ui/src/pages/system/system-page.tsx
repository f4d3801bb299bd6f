import { useSystem } from '../../api/queries';
import { ExportMenu } from '../../components/export-menu';
import { Icon } from '../../components/icon';
import { PageHead } from '../../components/page-head';
import { Notice, Panel } from '../../components/panel';
import { Empty, Loaded } from '../../components/states';
import { Table } from '../../components/table';
import { t } from '../../i18n';
import { count } from '../../lib/format';
import { instanceColumns } from './instance-columns';
import { ControlFacts, RedisFacts, StoreFacts } from './facts';

export function SystemPage() {
  const system = useSystem();
  const sheet = () => ({
    name: 'instances',
    columns: ['id', 'host', 'pid', 'version', 'node', 'configHash', 'controlVersion', 'alive', 'upToDate'],
    rows: (system.data?.instances ?? []).map((each) => [
      ...[each.id, each.host, each.pid, each.version, each.node, each.configHash, each.controlVersion],
      ...[String(each.alive), String(each.upToDate)],
    ]),
  });
  return (
    <>
      <PageHead title={t('page.system')} lead={t('system.lead')}>
        <ExportMenu sheet={sheet} />
      </PageHead>
      <Loaded of={system} rows={8}>
        {(status) => (
          <>
            {status.configHashes.length > 1 ? (
              <Notice tone="warn">
                <Icon name="warn" />
                <span>{t('system.hashes', { n: status.configHashes.length })}</span>
              </Notice>
            ) : null}
            <div className="columns">
              <StoreFacts status={status} />
              <ControlFacts status={status} />
            </div>
            <Panel title={t('system.instances')} note={count(status.instances.length)} flush>
              {status.instances.length === 0 ? (
                <Empty title={t('empty.instances')} />
              ) : (
                <Table
                  caption={t('system.instances')}
                  columns={instanceColumns()}
                  rows={status.instances}
                  rowKey={({ id }) => id}
                />
              )}
            </Panel>
            {status.redis ? <RedisFacts redis={status.redis} /> : null}
          </>
        )}
      </Loaded>
    </>
  );
}
