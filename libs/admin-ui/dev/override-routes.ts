import {
  ADMIN_PATHS,
  type OverrideCreate,
  type OverrideUpdate,
  type RollbackRequest,
} from '../../rate-limit/src/admin/api';
import { must, needReason, type Asked, type Route } from './asked';
import { OPERATOR, parts } from './control';
import { invalid, problem, Refusal } from './refusal';

function overrideOf({ world, params, ifMatch }: Asked, changing = false) {
  const found = world.control.overrides.get(params['id'] ?? '');
  if (!found) throw new Refusal(problem(404, 'not-found', 'There is no such override.'));
  if (changing && ifMatch !== found.version) {
    throw new Refusal({
      ...problem(412, 'conflict', 'It has been changed since you looked.'),
      conflict: {
        version: found.version,
        changedBy: found.changedBy,
        changedAtMs: found.changedAtMs,
        changes: [{ field: 'limit', before: '120', after: String(found.patch.limit ?? '') }],
      },
    });
  }
  return found;
}

export const OVERRIDE_ROUTES: Readonly<Record<string, Route>> = {
  [`GET ${ADMIN_PATHS.overrides}`]: ({ world: { control }, query }) => {
    const state = query.get('state');
    const all = [...control.overrides.values()].reverse();
    const overrides = state === 'any' ? all : state ? all.filter((each) => each.state === state) : control.inForce();
    return { overrides, controlVersion: control.version };
  },
  [`POST ${ADMIN_PATHS.overrides}`]: ({ world, body }) => {
    const asked = body as OverrideCreate;
    needReason(asked);
    if (asked.patch.limit !== undefined && asked.patch.limit < 1)
      invalid('patch.limit', 'The limit must be at least 1.');
    return world.control.addOverride(asked);
  },
  [`GET ${ADMIN_PATHS.override}`]: (asked) => overrideOf(asked),
  [`PUT ${ADMIN_PATHS.override}`]: (asked) => {
    const found = overrideOf(asked, true);
    const { patch, expiresInMs, ...rest } = asked.body as OverrideUpdate;
    const expiresAtMs =
      expiresInMs === undefined ? found.expiresAtMs : expiresInMs === 'never' ? null : Date.now() + expiresInMs;
    const changed = {
      ...found,
      version: found.version + 1,
      patch,
      expiresAtMs,
      reason: needReason(rest),
      state: patch.mode === 'shadow' ? ('shadow' as const) : ('active' as const),
      changedBy: OPERATOR,
      changedAtMs: Date.now(),
    };
    asked.world.control.log('override.change', found.policy, parts(changed));
    return asked.world.control.keep(changed, 'changed');
  },
  [`DELETE ${ADMIN_PATHS.override}`]: (asked) => {
    const found = overrideOf(asked, true);
    const reason = needReason(asked.body as object);
    asked.world.control.keep(
      { ...found, version: found.version + 1, state: 'removed', reason, changedAtMs: Date.now() },
      'removed',
    );
    asked.world.control.log('override.remove', found.policy, { ...parts(found), reason });
    return undefined;
  },
  [`POST ${ADMIN_PATHS.rollback}`]: (asked) => {
    const found = overrideOf(asked, true);
    const { toVersion, ...rest } = asked.body as RollbackRequest;
    const old = must(
      found.revisions.find(({ version }) => version === toVersion),
      'revision',
    );
    const back = {
      ...found,
      version: found.version + 1,
      patch: old.patch,
      reason: needReason(rest),
      changedBy: OPERATOR,
      changedAtMs: Date.now(),
    };
    asked.world.control.log('override.rollback', found.policy, parts(back));
    return asked.world.control.keep(back, 'rolled-back', toVersion);
  },
};
