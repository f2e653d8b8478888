/**
 * The numeric vectors of the scoring rules, by name, and how closely numbers must agree with them.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** One record of `vectors.json`; what `inputs` and `expected` hold depends on its name. */
export type ScoringVector<Inputs = unknown, Expected = unknown> = {
  readonly name: string;
  readonly inputs: Inputs;
  readonly expected: Expected;
};

const VECTORS: readonly ScoringVector[] = JSON.parse(
  readFileSync(new URL("vectors.json", import.meta.url), "utf8"),
);

/** The records called `name`; there is at least one. */
export function vectors<Inputs, Expected>(name: string): ScoringVector<Inputs, Expected>[] {
  const found = VECTORS.filter((record) => record.name === name);
  if (found.length === 0) throw new Error(`no vector is called ${name}`);
  return found as ScoringVector<Inputs, Expected>[];
}

/** The first record called `name`. */
export function vector<Inputs, Expected>(name: string): ScoringVector<Inputs, Expected> {
  return vectors<Inputs, Expected>(name)[0]!;
}

/** The names that begin with `prefix`. */
export function vectorNames(prefix: string): string[] {
  return VECTORS.map((record) => record.name).filter((name) => name.startsWith(prefix));
}

/** The numbers of a nested array, in order. */
export function flatten(nested: unknown): number[] {
  return Array.isArray(nested) ? nested.flatMap(flatten) : [Number(nested)];
}

/** The largest |actual − expected| ÷ (|expected| + 1e-3): below 1e-5 the vectors are met. */
export function worstError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    const error = difference / (Math.abs(expected[index]!) + 1e-3);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}
