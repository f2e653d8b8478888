/**
 * What was worked out of a value, remembered in the value itself. For values that never change: a
 * `WeakMap` would do the same, but every collection of garbage walks over all entries of it.
 *
 * @module
 */

/** Remembers one fact of each object; a copy of an object starts without. */
export type Memo<K extends object, V> = {
  readonly find: (key: K) => V | undefined;
  readonly set: (key: K, fact: V) => void;
  readonly delete: (key: K) => void;
};

/** A memory of its own, empty. */
export function memo<K extends object, V>(): Memo<K, V> {
  // A constructor whose base returns an object adds its private field to that one; nobody else can
  // see the field, and neither spreading nor comparing takes it along.
  class Noted extends Returned {
    #fact: V | undefined;

    static find(key: object): V | undefined {
      return #fact in key ? key.#fact : undefined;
    }

    static set(key: K, fact: V): void {
      const noted = #fact in key ? key : new Noted(key);
      noted.#fact = fact;
    }

    static delete(key: K): void {
      if (#fact in key) key.#fact = undefined;
    }
  }
  return Noted;
}

// oxlint-disable-next-line typescript/no-extraneous-class -- It is made for others to extend.
class Returned {
  constructor(object: object) {
    return object;
  }
}
