/**
 * Embeddings: the mean representation of a batch, their running mean over batches, and the cosine
 * distance of the result to a target.
 *
 * @module
 */

/** 1 − cos of the angle between two vectors, in [0, 2]; NaN when either is zero. */
export function cosineDistance(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let [dot, leftSquares, rightSquares] = [0, 0, 0];
  for (let i = 0; i < left.length; i++) {
    dot += left[i]! * right[i]!;
    leftSquares += left[i]! * left[i]!;
    rightSquares += right[i]! * right[i]!;
  }
  return 1 - dot / (Math.sqrt(leftSquares) * Math.sqrt(rightSquares));
}

/** A mean to which vectors are added one by one; each counts the same. */
export class RunningMean {
  /** The mean so far; zero before the first vector. */
  readonly values: Float64Array;
  private count = 0;

  constructor(dim: number) {
    this.values = new Float64Array(dim);
  }

  /** mean ← mean + (vector − mean) ÷ count. */
  add(vector: ArrayLike<number>): void {
    this.count++;
    for (let i = 0; i < this.values.length; i++) {
      this.values[i]! += (vector[i]! - this.values[i]!) / this.count;
    }
  }
}
