import type { Type } from '@nestjs/common';

/** Metadata that Nest's routing decorators write. */
const PATH = 'path';
const VERSION = '__version__';
const HOST = 'host';

/**
 * A text for every controller, the same on every instance and deploy: its class name, and where two classes share one,
 * their paths as well, so that their routes never share a bucket.
 */
export class ControllerIds {
  private readonly ids = new Map<Type, string>();

  constructor(controllers: Iterable<Type>) {
    const byName = groupByName(new Set(controllers));
    for (const [name, namesakes] of byName) {
      if (namesakes.length === 1) this.ids.set(namesakes[0] as Type, name);
      else this.addNamesakes(namesakes);
    }
  }

  idOf(controller: Type): string {
    return this.ids.get(controller) ?? controller.name;
  }

  private addNamesakes(controllers: readonly Type[]): void {
    const taken = new Map<string, number>();
    for (const controller of controllers) {
      const id = `${controller.name}(${placeOf(controller)})`;
      const count = (taken.get(id) ?? 0) + 1;
      taken.set(id, count);
      this.ids.set(controller, count === 1 ? id : `${id}~${String(count)}`);
    }
  }
}

function groupByName(controllers: Iterable<Type>): Map<string, Type[]> {
  const groups = new Map<string, Type[]>();
  for (const controller of controllers) {
    groups.set(controller.name, [...(groups.get(controller.name) ?? []), controller]);
  }
  return groups;
}

function placeOf(controller: Type): string {
  const parts = [HOST, VERSION, PATH].map((key) => Reflect.getMetadata(key, controller) as unknown);
  return parts
    .flat()
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' ');
}

/** Whether Nest routes requests to a method. */
export function isRouteHandler(method: object): boolean {
  return Reflect.hasMetadata(PATH, method);
}
