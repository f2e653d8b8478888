/**
 * Random directions: how probable it is that the embedding of a piece of data, a random direction,
 * is near enough to a target, and embeddings at a drawn distance. The cosine c between random
 * directions of d dimensions has the density (1 − c²)^((d − 3)/2).
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { normalArray } from "../crypto/normal.ts";

const STEPS = 16_384;
/** Cosines this many standard deviations from 0 do not happen. */
const SPREADS = 16;

/** The distances of random directions in one dimension. */
export class Directions {
  private readonly widest: number;
  private readonly stepWidth: number;
  /** By step of cosines from −widest on: the probability of this cosine or a larger one. */
  private readonly above: Float64Array;

  constructor(dimension: number) {
    assert(dimension >= 3, "the density has no poles from three dimensions on");
    this.widest = Math.min(1, SPREADS / Math.sqrt(dimension));
    this.stepWidth = (2 * this.widest) / STEPS;
    const above = new Float64Array(STEPS + 1);
    for (let step = STEPS - 1; step >= 0; step--) {
      const cosine = (step + 0.5) * this.stepWidth - this.widest;
      above[step] = above[step + 1]! + Math.pow(1 - cosine * cosine, (dimension - 3) / 2);
    }
    this.above = above.map((sum) => sum / above[0]!);
  }

  /** How probable it is that a random direction is at most `threshold` away. */
  fitting(threshold: number): number {
    const place = (1 - threshold + this.widest) / this.stepWidth;
    if (place <= 0) return 1;
    if (place >= STEPS) return 0;
    const step = Math.floor(place);
    const part = place - step;
    return this.above[step]! * (1 - part) + this.above[step + 1]! * part;
  }

  /** The cosine of a random direction that is at most `threshold` away; `unit` is in (0, 1]. */
  draw(threshold: number, unit: number): number {
    const wanted = this.fitting(threshold) * unit;
    let low = 0;
    let high = STEPS;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.above[middle]! >= wanted) low = middle;
      else high = middle;
    }
    const [more, less] = [this.above[low]!, this.above[high]!];
    const part = more > less ? (more - wanted) / (more - less) : 0;
    return Math.max(1 - threshold, (low + part) * this.stepWidth - this.widest);
  }
}

/** A direction at the given cosine from `target`, and random otherwise. */
export function towards(target: Float32Array, cosine: number, seed: bigint): Float32Array {
  const noise = normalArray(seed, target.length);
  const length = Math.sqrt(dot(target, target));
  const along = dot(noise, target) / length;
  const across = Math.sqrt(Math.max(dot(noise, noise) - along * along, Number.MIN_VALUE));
  const sine = Math.sqrt(Math.max(0, 1 - cosine * cosine));
  return target.map((value, index) => {
    const unit = value / length;
    return cosine * unit + (sine * (noise[index]! - along * unit)) / across;
  });
}

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * right[index]!, 0);
}
