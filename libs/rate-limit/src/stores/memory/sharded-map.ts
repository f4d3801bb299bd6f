/** A power of two. */
const SHARDS = 16;

/**
 * A map from strings in several parts. One map of a million entries stops the process for about 100 ms when it grows;
 * parts grow one by one. How evenly keys spread matters for that pause only, so the hash is a cheap one.
 *
 * A hand goes round the entries, a few at a time, whatever is added and removed meanwhile.
 */
export class ShardedMap<Value> {
  private readonly shards = Array.from({ length: SHARDS }, () => new Map<string, Value>());
  private handShard = 0;
  private hand = this.shardAt(0).entries();

  get size(): number {
    return this.shards.reduce((size, shard) => size + shard.size, 0);
  }

  /** The part that has a key, or would have it. */
  shardOf(key: string): Map<string, Value> {
    return this.shardAt(hash(key));
  }

  /** Moves the hand on by one entry and returns it; `undefined` where there is none. */
  next(): [key: string, value: Value] | undefined {
    // One turn more than there are shards: the first may begin at the end of its shard.
    for (let turn = 0; turn <= SHARDS; turn++) {
      const step = this.hand.next();
      if (step.done !== true) return step.value;
      this.handShard = (this.handShard + 1) % SHARDS;
      this.hand = this.shardAt(this.handShard).entries();
    }
    return undefined;
  }

  private shardAt(index: number): Map<string, Value> {
    return this.shards[index] as Map<string, Value>;
  }
}

/** Of four characters: cheap, and good enough for what it decides. A place outside the key counts as 0. */
function hash(key: string): number {
  const last = key.length - 1;
  const middle = last >> 1;
  const sum =
    key.charCodeAt(last) + 3 * key.charCodeAt(last - 1) + 5 * key.charCodeAt(middle) + 7 * key.charCodeAt(middle - 2);
  return (sum ^ (sum >> 4)) & (SHARDS - 1);
}
