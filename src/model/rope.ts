/**
 * Rotary position embedding (Su et al. 2021) in its half-split form: feature i turns with feature
 * i + headDim/2 by position ÷ 10000^(2i/headDim). Angles are f32 at every step, as published
 * weights were scored with; sine and cosine of that angle are exact. At offsets near a mebibyte an
 * f32 angle is 0.03 radians coarse, so the order of these roundings is part of the model.
 *
 * @module
 */

const MAX_WAVELENGTH = 10_000;

/** Cosines and sines by position. Shapes: (positions, headDim/2). */
export type RopeTable = { readonly cos: Float32Array; readonly sin: Float32Array };

/** The rotation of each of `positions`. */
export function ropeTable(positions: Uint32Array, headDim: number): RopeTable {
  const half = headDim / 2;
  const cos = new Float32Array(positions.length * half);
  const sin = new Float32Array(positions.length * half);
  for (let row = 0; row < positions.length; row++) {
    for (let i = 0; i < half; i++) {
      const angle = ropeAngle(positions[row]!, i, headDim);
      cos[row * half + i] = Math.cos(angle);
      sin[row * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** The f32 angle of feature pair `i` at `position`. */
export function ropeAngle(position: number, i: number, headDim: number): number {
  const exponent = Math.fround((2 * i) / headDim);
  const timescale = Math.fround(Math.pow(MAX_WAVELENGTH, exponent));
  return Math.fround(Math.fround(position) / timescale);
}

/** Turns every head of every row of `features` in place. Shape: (positions, heads · headDim). */
export function rotate(
  features: Float32Array | Float64Array,
  table: RopeTable,
  headDim: number,
): void {
  const half = headDim / 2;
  const rows = table.cos.length / half;
  const dim = features.length / rows;
  for (let row = 0; row < rows; row++) {
    for (let head = row * dim; head < (row + 1) * dim; head += headDim) {
      for (let i = 0; i < half; i++) {
        const [cos, sin] = [table.cos[row * half + i]!, table.sin[row * half + i]!];
        const [a, b] = [features[head + i]!, features[head + i + half]!];
        features[head + i] = a * cos - b * sin;
        features[head + i + half] = b * cos + a * sin;
      }
    }
  }
}
