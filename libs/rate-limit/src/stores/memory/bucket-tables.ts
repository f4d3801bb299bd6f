import type { Quota } from '../../core/quota';
import { BucketTable } from './bucket-table';

/** The tables of all bucket ids. */
export class BucketTables {
  /** In the order in which they came. */
  readonly all: BucketTable[] = [];
  private readonly byId = new Map<string, BucketTable>();
  /** Most calls are for the same bucket id as the one before. */
  private latest: BucketTable | undefined;
  /** Most calls of several name the same ones in the same places. */
  private readonly byPlace: BucketTable[] = [];

  find(bucketId: string): BucketTable | undefined {
    return this.byId.get(bucketId);
  }

  /** The table of a bucket id, made where there is none. */
  of(bucketId: string, quota: Quota): BucketTable {
    if (bucketId === this.latest?.bucketId) return this.latest;
    return (this.latest = this.byId.get(bucketId) ?? this.add(bucketId, quota));
  }

  /** The table of the bucket id that is in this place of a call. */
  findAt(place: number, bucketId: string): BucketTable | undefined {
    const known = this.byPlace[place];
    if (known?.bucketId === bucketId) return known;
    const table = this.byId.get(bucketId);
    if (table !== undefined) this.byPlace[place] = table;
    return table;
  }

  /** What `findAt` found last for this place. */
  latestAt(place: number): BucketTable | undefined {
    return this.byPlace[place];
  }

  drop(table: BucketTable): void {
    this.all.splice(this.all.indexOf(table), 1);
    this.byId.delete(table.bucketId);
    this.forgetLatest();
  }

  clear(): void {
    this.all.length = 0;
    this.byId.clear();
    this.forgetLatest();
  }

  private add(bucketId: string, quota: Quota): BucketTable {
    const table = new BucketTable(bucketId, quota);
    this.all.push(table);
    this.byId.set(bucketId, table);
    return table;
  }

  private forgetLatest(): void {
    this.latest = undefined;
    this.byPlace.length = 0;
  }
}
