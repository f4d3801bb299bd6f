import type { Logger, Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { ThrottlerOptions } from '@nestjs/throttler';
import { show } from '../core/errors';
import { Problems } from '../core/problems';
import {
  DEFAULT_THROTTLER,
  type ThrottleOption,
  throttleOverrides,
  throttlersNamedBy,
} from '../nest/throttle-metadata';
import { nameOf } from './route-throttlers';
import { parseNumber } from './throttler-numbers';

const NUMBERS = ['limit', 'ttl', 'blockDuration'] as const satisfies readonly ThrottleOption[];
/** As RFC 9110 has them. */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const REMEDY = 'Write a number, or a function that returns one.';

/** Complains of the numbers of throttlers that are none. */
export function checkThrottlers(throttlers: readonly ThrottlerOptions[], problems: Problems): void {
  for (const [i, throttler] of throttlers.entries()) {
    for (const option of NUMBERS) {
      // JavaScript may say null for what it leaves out.
      if (option === 'blockDuration' && (throttler.blockDuration ?? undefined) === undefined) continue;
      checkNumber(`throttlers[${i}].${option}`, throttler[option], problems);
    }
  }
}

export interface GuardChecks {
  readonly controllers: readonly Type[];
  /** Whether throttlers have response fields that do not say. */
  readonly setHeaders: boolean;
  /** Whether it sets these fields itself, and no subclass in its place. */
  readonly isWhole: boolean;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Throws a ConfigurationError for what a guard cannot go by, in its throttlers or in decorators. */
export function checkGuard(
  throttlers: readonly ThrottlerOptions[],
  { controllers, setHeaders, isWhole, logger }: GuardChecks,
): void {
  const problems = new Problems();
  checkThrottlers(throttlers, problems);
  if (isWhole) checkFieldNames(throttlers, setHeaders, problems);
  checkDecorators(controllers, throttlers, problems, logger);
  problems.throwIfAny();
}

/** Complains of names that cannot stand in the names of response fields, where a throttler has any. */
function checkFieldNames(throttlers: readonly ThrottlerOptions[], byDefault: boolean, problems: Problems): void {
  for (const [i, throttler] of throttlers.entries()) {
    const name = nameOf(throttler);
    if (!(throttler.setHeaders ?? byDefault) || FIELD_NAME.test(`X-${name}`)) continue;
    const remedy = 'Write letters, digits, - and _, or setHeaders: false.';
    problems.add(`throttlers[${i}].name`, `is ${show(name)}, which its response fields cannot end with.`, remedy);
  }
}

/** All controllers of an application. */
export function controllersOf(modules: ModulesContainer | undefined): readonly Type[] {
  const wrappers = [...(modules?.values() ?? [])].flatMap((module) => [...module.controllers.values()]);
  return wrappers.map(({ metatype }) => metatype).filter((type): type is Type => typeof type === 'function');
}

/** Complains of the numbers in decorators, and tells of names in them that have no effect. */
function checkDecorators(
  controllers: Iterable<Type>,
  throttlers: readonly ThrottlerOptions[],
  problems: Problems,
  logger: GuardChecks['logger'],
): void {
  const names = throttlers.map(nameOf);
  for (const controller of new Set(controllers)) {
    for (const { target, place } of targetsOf(controller)) {
      const { throttled, skipped } = throttlersNamedBy(target);
      for (const name of throttled) {
        if (!names.includes(name)) logger.warn(inert('@Throttle()', place, name, names));
        const overrides = throttleOverrides(target, name);
        for (const option of NUMBERS) {
          if (overrides[option] === undefined) continue;
          checkNumber(`@Throttle() of ${place}, ${name}.${option}`, overrides[option], problems);
        }
      }
      for (const name of skipped) {
        if (!names.includes(name) && name !== DEFAULT_THROTTLER)
          logger.warn(inert('@SkipThrottle()', place, name, names));
      }
    }
  }
}

function checkNumber(path: string, value: unknown, problems: Problems): void {
  if (typeof value === 'function' || parseNumber(value) !== undefined) return;
  problems.add(path, value === undefined ? 'is missing.' : `is ${show(value)}.`, REMEDY);
}

function* targetsOf(controller: Type): Generator<{ target: object; place: string }> {
  yield { target: controller, place: controller.name };
  let proto = controller.prototype as object | null;
  while (proto !== null && proto !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (typeof value === 'function' && name !== 'constructor') {
        yield { target: value as object, place: `${controller.name}.${name}` };
      }
    }
    proto = Object.getPrototypeOf(proto) as object | null;
  }
}

function inert(decorator: string, place: string, name: string, names: readonly string[]): string {
  const known = names.length === 0 ? 'There are none.' : `There are ${names.map(show).join(', ')}.`;
  return `${decorator} of ${place} names ${show(name)}, which is no throttler: it has no effect. ${known}`;
}
