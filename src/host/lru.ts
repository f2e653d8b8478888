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

/** Values by name, those used last. */
export class Lru<V> {
  private readonly values = new Map<string, V>();
  private readonly weightMax: number;
  private readonly weigh: (value: V) => number;
  private weight = 0;

  constructor({ weightMax, weigh = () => 1 }: LruLimit<V>) {
    this.weightMax = weightMax;
    this.weigh = weigh;
  }

  get size(): number {
    return this.values.size;
  }

  /** The value under `name`, which counts as a use of it. */
  find(name: string): V | undefined {
    const value = this.values.get(name);
    if (value === undefined) return undefined;
    // A map keeps the order of insertion: the newest use is last.
    this.values.delete(name);
    this.values.set(name, value);
    return value;
  }

  set(name: string, value: V): void {
    this.delete(name);
    this.values.set(name, value);
    this.weight += this.weigh(value);
    for (const oldest of this.values.keys()) {
      if (this.weight <= this.weightMax) return;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    const value = this.values.get(name);
    if (value === undefined) return;
    this.values.delete(name);
    this.weight -= this.weigh(value);
  }
}
