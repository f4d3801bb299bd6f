import type { OverridePatch, PolicySettings } from '../../../rate-limit/src/admin/api';
import { t } from '../i18n';
import { count } from './format';

/** A window as it is written; of a bare number what it counts. */
export const perText = (per: string | number): string =>
  Number.isNaN(Number(per)) ? String(per) : `${count(Number(per))} ms`;

const MOST = 1_000_000_000;

/** What is wrong with a limit or a burst that is typed; left blank it stays as it is. */
export function numberProblem(typed: string, least: 0 | 1): string | undefined {
  const value = Number(typed);
  if (typed.trim() === '' || (Number.isInteger(value) && value >= least && value <= MOST)) return undefined;
  return t('step.notWhole', { least, most: count(MOST) });
}

/** What is wrong with a window that is typed: the API takes a bare number for milliseconds, which nobody means by it. */
export const unitProblem = (per: string): string | undefined =>
  /^[\d.]+$/.test(per.trim()) ? t('step.unitMissing', { per: per.trim() }) : undefined;

/** A window as it can be typed again. */
export const perInput = (per: string): string => (Number.isNaN(Number(per)) ? per : `${per} ms`);

/** `100 / 1m`; of token buckets with what they hold at once. */
export function limitText({ limit, per, burst }: PolicySettings): string {
  const base = `${limit === null ? t('limit.byRequest') : count(limit)} / ${perText(per)}`;
  return burst === null ? base : `${base}, ${t('limit.burst', { n: count(burst) })}`;
}

/** What an override says, in a few words. */
export function patchText({ limit, per, burst, mode }: OverridePatch): string {
  return [
    limit === undefined ? '' : t('patch.limit', { n: count(limit) }),
    per === undefined ? '' : t('patch.per', { per: perText(per) }),
    burst === undefined ? '' : t('limit.burst', { n: count(burst) }),
    mode === undefined ? '' : t(`mode.${mode}`),
  ]
    .filter(Boolean)
    .join(' · ');
}
