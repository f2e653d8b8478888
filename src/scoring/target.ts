/**
 * What an embedding must be for data to be measured against it.
 *
 * @module
 */

/** What is wrong with a target for models of `dim` features, if anything is. */
export function targetFault(target: Float32Array, dim: number): string | undefined {
  if (target.length !== dim) return `has ${target.length} values; models have ${dim}`;
  const place = target.findIndex((value) => !Number.isFinite(value));
  if (place >= 0) return `value ${place} is ${target[place]}`;
  return target.every((value) => value === 0) ? "all values are zero" : undefined;
}
