/**
 * Long work that runs on the thread of an event loop lets it go on now and then.
 *
 * @module
 */

/** Returns when the event loop has done what waited. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
