/**
 * Assertions: what must hold if our own code is right. A failed one is our bug, never bad input.
 *
 * @module
 */

/** Our own bug: the node must stop rather than go on with a state it does not understand. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Stops the program when `condition` is false. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Marks a branch that the types exclude. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`);
}

/** Returns `value`, which the caller knows to be present. */
export function present<T>(value: T | undefined, what: string): T {
  assert(value !== undefined, `${what} is present`);
  return value;
}
