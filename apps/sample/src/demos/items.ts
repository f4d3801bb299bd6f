import { Injectable } from '@nestjs/common';

export interface Item {
  readonly id: number;
  readonly name: string;
}

const MOST_KEPT = 100;

/** Keeps the newest items in memory; older ones leave, so that the list stays small however long the app runs. */
@Injectable()
export class Items {
  private readonly items: Item[] = [];
  private created = 0;

  all(): readonly Item[] {
    return this.items;
  }

  add(name: string): Item {
    const item = { id: ++this.created, name };
    this.items.push(item);
    if (this.items.length > MOST_KEPT) this.items.shift();
    return item;
  }
}
