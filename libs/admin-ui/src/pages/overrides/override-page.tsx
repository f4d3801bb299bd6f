import { useState } from 'react';
import { ADMIN_PATHS, type OverrideDetail, type OverrideScopeView } from '../../../../rate-limit/src/admin/api';
import { OverrideDialog } from '../../actions/override/override-dialog';
import { PromoteDialog } from '../../actions/override/promote-dialog';
import { ReasonDialog } from '../../actions/reason-dialog';
import { useAsOpened } from '../../actions/use-as-opened';
import { call } from '../../api/client';
import { useOverride } from '../../api/queries';
import { AppliedOn, OverrideState } from '../../components/badges';
import { Changes } from '../../components/changes';
import { Icon } from '../../components/icon';
import { PolicyLink } from '../../components/key-link';
import { PageHead } from '../../components/page-head';
import { Notice, Panel } from '../../components/panel';
import { Loaded } from '../../components/states';
import { Expires, Moment } from '../../components/time';
import { t } from '../../i18n';
import { patchText } from '../../lib/limit-text';
import { ActButton } from '../../session/act-button';
import { isOver, scopeText } from './override-table';
import { Revisions } from './revisions';

export function OverridePage({ id }: { readonly id: string }) {
  const override = useOverride(id);
  const [asking, setAsking] = useState<'change' | 'promote' | 'remove' | null>(null);
  const known = override.data;
  const inForce = known?.state === 'active' || known?.state === 'shadow';
  return (
    <>
      <PageHead
        title={known ? t('override.of', { policy: known.policy }) : t('override.one')}
        beside={known ? <OverrideState override={known} /> : null}
        lead={known ? patchText(known.patch) : null}
      >
        {known?.state === 'shadow' ? (
          <ActButton
            needs="configure"
            kind="primary"
            onClick={() => {
              setAsking('promote');
            }}
          >
            {t('promote.confirm')}
          </ActButton>
        ) : null}
        {inForce && known.problem === null ? (
          <ActButton
            needs="configure"
            onClick={() => {
              setAsking('change');
            }}
          >
            {t('policy.change')}
          </ActButton>
        ) : null}
        {inForce ? (
          <ActButton
            needs="configure"
            onClick={() => {
              setAsking('remove');
            }}
          >
            {t('override.end')}
          </ActButton>
        ) : null}
      </PageHead>
      <Loaded of={override}>{(detail) => <Detail override={detail} />}</Loaded>
      {known && asking === 'change' ? (
        <OverrideDialog
          known={{ policy: known.policy, ...draftScope(known.scope) }}
          onClose={() => {
            setAsking(null);
          }}
        />
      ) : null}
      {known && asking === 'promote' ? (
        <PromoteDialog
          override={known}
          onClose={() => {
            setAsking(null);
          }}
        />
      ) : null}
      {known && asking === 'remove' ? (
        <RemoveDialog
          override={known}
          onClose={() => {
            setAsking(null);
          }}
        />
      ) : null}
    </>
  );
}

function draftScope(scope: OverrideScopeView): { scope: OverrideScopeView['kind']; subject: string } {
  if (scope.kind === 'key') return { scope: 'key', subject: scope.key.ref ?? scope.key.text };
  return { scope: scope.kind, subject: scope.kind === 'pattern' ? scope.pattern : '' };
}

function Detail({ override }: { readonly override: OverrideDetail }) {
  const { scope, state, applied, changedBy, createdBy } = override;
  return (
    <>
      {override.problem === null ? null : (
        <Notice tone="bad">
          <Icon name="warn" />
          <span>{override.problem}</span>
        </Notice>
      )}
      {override.codeChanged.length > 0 ? (
        <Notice tone="warn">
          <Icon name="warn" />
          <div>
            {t('override.codeChangedText')} <Changes of={override.codeChanged} />
          </div>
        </Notice>
      ) : null}
      {override.unheardIn.length > 0 ? (
        <Notice tone="warn">
          <Icon name="warn" />
          <span>{t('override.unheardText', { places: override.unheardIn.join(', ') })}</span>
        </Notice>
      ) : null}
      <Panel title={t('override.facts')}>
        <dl className="facts">
          <div>
            <dt>{t('column.policy')}</dt>
            <dd>
              <PolicyLink name={override.policy} />
            </dd>
          </div>
          <div>
            <dt>{t('column.whom')}</dt>
            <dd>{scopeText(scope)}</dd>
          </div>
          {state === 'removed' ? null : (
            <div>
              <dt>{t('column.ends')}</dt>
              <dd>
                <Expires atMs={override.expiresAtMs} />
              </dd>
            </div>
          )}
          {isOver(override) ? null : (
            <div>
              <dt>{t('column.applied')}</dt>
              <dd>
                <AppliedOn applied={applied} />
              </dd>
            </div>
          )}
          <div>
            <dt>{t('override.created')}</dt>
            <dd>
              {createdBy.name}, <Moment atMs={override.createdAtMs} />
            </dd>
          </div>
          <div>
            <dt>{t('override.changed')}</dt>
            <dd>
              {changedBy.name}, <Moment atMs={override.changedAtMs} />
            </dd>
          </div>
          <div>
            <dt>{t('reason.label')}</dt>
            <dd>{override.reason}</dd>
          </div>
        </dl>
      </Panel>
      <Revisions override={override} />
    </>
  );
}

interface RemoveDialogProps {
  readonly override: OverrideDetail;
  readonly onClose: () => void;
}

function RemoveDialog({ override, onClose }: RemoveDialogProps) {
  const { id, version, policy, scope } = useAsOpened(override);
  const isForAll = scope.kind === 'policy';
  const about = { policy, whom: scopeText(scope) };
  const act = async (reason: string) => {
    await call(ADMIN_PATHS.override, { method: 'DELETE', params: { id }, body: { reason }, ifMatch: version });
    return { said: t(isForAll ? 'override.ended' : 'override.endedSome', about) };
  };
  return (
    <ReasonDialog title={t('override.endTitle')} confirm={t('override.end')} act={act} onClose={onClose}>
      <p className="break">{t(isForAll ? 'override.endText' : 'override.endSomeText', about)}</p>
    </ReasonDialog>
  );
}
