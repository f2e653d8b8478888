/**
 * The only floating-point arithmetic of the ledger: f64 + − × ÷ and sqrt in a written-down order,
 * which IEEE 754 makes bit-identical on every machine. Sums run in index order. Nothing here may
 * use exp, log or a power.
 *
 * @module
 */
import { assert } from "../base/assert.ts";

/** What one epoch says about how hard targets are. Times are milliseconds. */
export type EpochHits = {
  readonly hits: bigint;
  readonly elapsedMs: bigint;
  /** How long after the start of the epoch targets stopped for want of reward, if they did. */
  readonly stoppedAfterMs: bigint | undefined;
};

/** How difficulty is steered. */
export type Steering = {
  readonly target_embedding_dim: bigint;
  readonly target_hit_interval_ms: bigint;
  readonly target_difficulty_adjustment_rate_bps: bigint;
};

const BPS = 10_000;
const Z_MIN = -5;
const Z_MAX = 15;
const COSINE_MAX = 0.95;
/** A stop is taken to come no earlier than this part of the epoch. */
const STOP_PARTS = 1_000;

/** A vector, and the sum of the squares of its values. */
export type Measured = { readonly values: Float32Array; readonly square: number };

/** A vector with its square, which many distances from it need. */
export function measure(values: Float32Array): Measured {
  let square = 0;
  for (let index = 0; index < values.length; index++) square += values[index]! * values[index]!;
  return { values, square };
}

/** 1 − cos of the angle between two vectors of one length; `undefined` when one is zero. */
export function cosineDistance(left: Float32Array, right: Float32Array): number | undefined {
  return measuredDistance(measure(left), measure(right));
}

/** As `cosineDistance`. */
export function measuredDistance(left: Measured, right: Measured): number | undefined {
  assert(left.values.length === right.values.length, "vectors have one length");
  if (left.square === 0 || right.square === 0) return undefined;
  let dot = 0;
  for (let index = 0; index < left.values.length; index++) {
    dot += left.values[index]! * right.values[index]!;
  }
  return 1 - dot / (Math.sqrt(left.square) * Math.sqrt(right.square));
}

/** Hits of an epoch as if targets had been made until its end. */
export function projectedHits({ hits, elapsedMs, stoppedAfterMs }: EpochHits): number {
  if (stoppedAfterMs === undefined) return Number(hits);
  const elapsed = Number(elapsedMs);
  return (Number(hits) * elapsed) / Math.max(Number(stoppedAfterMs), elapsed / STOP_PARTS);
}

/**
 * The threshold after an epoch, moved by how far hits were from the goal. It moves along a score z
 * at which about as many random directions are near enough as normal values are above z, whatever
 * the dimension: so one gain suits all networks.
 */
export function adjustThreshold(threshold: number, epoch: EpochHits, steering: Steering): number {
  const { easiest, hardest } = cosineBounds(steering.target_embedding_dim);
  const sigma = spread(steering.target_embedding_dim);
  const goal = Number(epoch.elapsedMs) / Number(steering.target_hit_interval_ms);
  const gain = Number(steering.target_difficulty_adjustment_rate_bps) / BPS;
  const hits = projectedHits(epoch);
  let x = (hits - goal) / (hits + goal);
  // A stop for want of reward says that hits were too many, whatever the count is.
  if (epoch.stoppedAfterMs !== undefined) x = Math.max(x, 0);
  const cosine = Math.max(easiest, Math.min(1 - threshold, hardest));
  const z = scoreOf(cosine, sigma) + (gain * x + gain * x * x * x);
  return Math.fround(1 - Math.max(easiest, Math.min(cosineOf(z, sigma), hardest)));
}

/** The smallest and the largest threshold for embeddings of a dimension. */
export function thresholdBounds(dimension: bigint): { readonly min: number; readonly max: number } {
  const { easiest, hardest } = cosineBounds(dimension);
  return { min: Math.fround(1 - hardest), max: Math.fround(1 - easiest) };
}

/** The moving average of hits after one more epoch; the first epoch with hits sets it. */
export function averageHits(average: number, hits: number, decayBps: bigint): number {
  if (average === 0) return hits;
  return (Number(decayBps) / BPS) * average + (Number(10_000n - decayBps) / BPS) * hits;
}

/** The whole part of a number that is not negative. */
export function wholePart(value: number): bigint {
  assert(Number.isFinite(value) && value >= 0, "value is finite and not negative");
  return BigInt(Math.floor(value));
}

function spread(dimension: bigint): number {
  return 1 / Math.sqrt(Number(dimension));
}

function cosineBounds(dimension: bigint): { readonly easiest: number; readonly hardest: number } {
  const sigma = spread(dimension);
  const hardest = Math.min(cosineOf(Z_MAX, sigma), COSINE_MAX);
  return { easiest: cosineOf(Z_MIN, sigma), hardest };
}

// The density of the cosine c of random directions falls as (1 − c²)^(d/2), that of a normal score
// as exp(−z²/2). Equal heights ask for z² = −d·ln(1 − c²), and c²/√(1 − c²) is close to −ln(1 − c²)
// up to c = 0.95 while it needs no logarithm: z = c/(σ√w) with w = √(1 − c²) and σ = 1/√d.
function scoreOf(cosine: number, sigma: number): number {
  const sine = Math.sqrt(1 - cosine * cosine);
  return cosine / (sigma * Math.sqrt(sine));
}

// The other way: w² + k·w = 1 with k = (σz)², and c = σz√w.
function cosineOf(z: number, sigma: number): number {
  const scaled = z * sigma;
  const k = scaled * scaled;
  const sine = 2 / (Math.sqrt(k * k + 4) + k);
  return scaled * Math.sqrt(sine);
}
