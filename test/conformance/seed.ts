/**
 * The seed of the random inputs of one run.
 *
 * @module
 */

/** A new seed, or the one that `BACKEND_SEED` repeats. */
export function randomSeed(): number {
  return Number(Bun.env["BACKEND_SEED"] ?? crypto.getRandomValues(new Uint32Array(1))[0]);
}
