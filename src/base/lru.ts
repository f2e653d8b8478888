/**
 * A bounded memory of values by name: when it is full, what was used longest ago goes.
 *
 * @module
 */

/** How much a memory holds. */
export type LruLimit<V> = {
  readonly weightMax: number;
  /** What one value weighs; 1 unless said otherwise. */
  readonly weigh?: (value: V) => number;
};

type Link<V> = {
  readonly name: string;
  readonly value: V;
  older: Link<V> | undefined;
  newer: Link<V> | undefined;
};

/** Values by name, those used last. */
export class Lru<V> {
  // The order is a list of its own: a map that is told it by deleting and inserting a name again
  // keeps the deleted entries for a while, and what is used the most takes the longest to find.
  private readonly links = new Map<string, Link<V>>();
  private oldest: Link<V> | undefined;
  private newest: Link<V> | undefined;
  private readonly weightMax: number;
  private readonly weigh: (value: V) => number;
  private weight = 0;

  constructor({ weightMax, weigh = () => 1 }: LruLimit<V>) {
    this.weightMax = weightMax;
    this.weigh = weigh;
  }

  get size(): number {
    return this.links.size;
  }

  /** The value under `name`, which counts as a use of it. */
  find(name: string): V | undefined {
    const link = this.links.get(name);
    if (link === undefined) return undefined;
    if (link !== this.newest) {
      this.unlink(link);
      this.append(link);
    }
    return link.value;
  }

  set(name: string, value: V): void {
    this.delete(name);
    const link = { name, value, older: undefined, newer: undefined };
    this.links.set(name, link);
    this.append(link);
    this.weight += this.weigh(value);
    while (this.oldest !== undefined && this.weight > this.weightMax) this.delete(this.oldest.name);
  }

  delete(name: string): void {
    const link = this.links.get(name);
    if (link === undefined) return;
    this.links.delete(name);
    this.unlink(link);
    this.weight -= this.weigh(link.value);
  }

  private append(link: Link<V>): void {
    link.older = this.newest;
    link.newer = undefined;
    if (this.newest !== undefined) this.newest.newer = link;
    this.newest = link;
    this.oldest ??= link;
  }

  private unlink({ older, newer }: Link<V>): void {
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
  }
}
