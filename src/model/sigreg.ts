/**
 * SIGReg: how far the projections of a representation onto random directions are from N(0, 1),
 * by the empirical characteristic function at 17 points (LeJEPA, Balestriero and LeCun 2025).
 * Here the mean runs over the directions of one position, and the positions are averaged.
 *
 * @module
 */
import { exp } from "../crypto/exp-log.ts";
import { normalArray } from "../crypto/normal.ts";
import { SLICES } from "./config.ts";

/** What SIGReg weighs in the loss. */
export const SIGREG_COEFFICIENT = 0.02;

/** Spacing of the points 0, 3/16, …, 3 at which characteristic functions are compared. */
const KNOT_STEP: number = 3 / 16;
const KNOTS = 17;

/** A point of comparison: φ = exp(−t²/2) is the characteristic function of N(0, 1) there. */
export type Knot = { readonly t: number; readonly phi: number; readonly weight: number };

/** The points in rising order, weighted by the trapezoid rule on [0, 3] and by φ. */
export const SIGREG_KNOTS: readonly Knot[] = Array.from({ length: KNOTS }, (_, k) => {
  const t = k * KNOT_STEP;
  const phi = Math.fround(exp((-t * t) / 2));
  // The integrand is even: [−3, 0] counts as much again, so each piece has twice its width.
  const width = k === 0 || k === KNOTS - 1 ? KNOT_STEP : 2 * KNOT_STEP;
  return { t, phi, weight: Math.fround(width * phi) };
});

/** Directions of length 1 from the normal noise of `seed`. Shape: (dim, SLICES). */
export function sigregDirections(seed: bigint, dim: number): Float32Array {
  return normaliseColumns(normalArray(seed, dim * SLICES), SLICES);
}

/** Divides every column by its length, in place. Shape: (rows, columns). */
export function normaliseColumns(values: Float32Array, columns: number): Float32Array {
  for (let column = 0; column < columns; column++) {
    let squares = 0;
    for (let i = column; i < values.length; i += columns) squares += values[i]! * values[i]!;
    const length = Math.sqrt(squares);
    for (let i = column; i < values.length; i += columns) values[i]! /= length;
  }
  return values;
}

/** Σ over positions. Shapes: representations (n, dim), directions (dim, SLICES). */
export function sigregSum(representations: Float32Array, directions: Float32Array): number {
  const dim = directions.length / SLICES;
  let sum = 0;
  for (let start = 0; start < representations.length; start += dim) {
    sum += sigregOf(projections(representations.subarray(start, start + dim), directions));
  }
  return sum;
}

/** SIGReg of one position's projections: SLICES · Σ weight · |empirical − normal|². */
export function sigregOf(slices: Float64Array): number {
  let sum = 0;
  for (const { t, phi, weight } of SIGREG_KNOTS) {
    let cos = 0;
    let sin = 0;
    for (const slice of slices) {
      cos += Math.cos(t * slice);
      sin += Math.sin(t * slice);
    }
    const [real, imaginary] = [cos / SLICES - phi, sin / SLICES];
    sum += weight * (real * real + imaginary * imaginary);
  }
  return SLICES * sum;
}

function projections(representation: Float32Array, directions: Float32Array): Float64Array {
  const slices = new Float64Array(SLICES);
  for (const [feature, value] of representation.entries()) {
    for (let slice = 0; slice < SLICES; slice++) {
      slices[slice]! += value * directions[feature * SLICES + slice]!;
    }
  }
  return slices;
}
