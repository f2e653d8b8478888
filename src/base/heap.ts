/**
 * A binary min-heap. Ties leave in the order they came, so that a simulation replays exactly.
 *
 * @module
 */

type Entry<T> = { readonly item: T; readonly key: number; readonly order: number };

/** A priority queue: the smallest key first, equal keys first in first out. */
export class Heap<T> {
  private readonly entries: Entry<T>[] = [];
  private pushed = 0;

  /** How many items wait. */
  get size(): number {
    return this.entries.length;
  }

  /** The smallest key, or `undefined` when empty. */
  peekKey(): number | undefined {
    return this.entries[0]?.key;
  }

  /** Adds `item` under `key`. */
  push(key: number, item: T): void {
    const entry = { item, key, order: this.pushed++ };
    const entries = this.entries;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!precedes(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  /** Removes and returns the item with the smallest key. */
  pop(): T | undefined {
    const first = this.entries[0];
    const last = this.entries.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.entries.length > 0) this.sink(last);
    return first.item;
  }

  private sink(entry: Entry<T>): void {
    const entries = this.entries;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && precedes(entries[child + 1]!, entries[child]!)) child++;
      if (!precedes(entries[child]!, entry)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = entry;
  }
}

function precedes<T>(left: Entry<T>, right: Entry<T>): boolean {
  return left.key < right.key || (left.key === right.key && left.order < right.order);
}
