/**
 * W20: difficulty steered by hits that fall with the threshold as they do among random directions,
 * in small and large dimensions and for few and many hunters. Hits are of every comparison of a
 * piece of data with one of a hundred open targets.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Prng } from "../../../src/base/prng.ts";
import { adjustThreshold, thresholdBounds } from "../../../src/ledger/float.ts";
import { PARAMETERS_V1 } from "../../../src/protocol/parameters.ts";
import { DAY_MS } from "../fixtures.ts";

const GOAL = 8_640;
const TARGETS = 100;
const SETTLING_EPOCHS = 15;
/** Pieces of data tried for each wanted hit, from too few hunters to very many. */
const ATTEMPTS = [1, 30, 1_000, 30_000, 1_000_000];
/** With more, targets of sixteen dimensions cannot be made hard enough for tenfold as many. */
const ATTEMPTS_TENFOLD = [1, 30, 1_000, 30_000];

/** How probable a distance of at most `threshold` is, by the midpoint rule over cosines. */
function fitting(dimension: number): (threshold: number) => number {
  const widest = Math.min(1, 16 / Math.sqrt(dimension));
  const steps = 20_000;
  const width = (2 * widest) / steps;
  const above = new Float64Array(steps + 1);
  for (let step = steps - 1; step >= 0; step--) {
    const cosine = (step + 0.5) * width - widest;
    above[step] = above[step + 1]! + (1 - cosine * cosine) ** ((dimension - 3) / 2);
  }
  return (threshold) => {
    const place = Math.round((1 - threshold + widest) / width);
    return above[Math.max(0, Math.min(place, steps))]! / above[0]!;
  };
}

/** A network of one dimension: its hits and its rule. */
function network(dimension: number) {
  const parameters = { ...PARAMETERS_V1, target_embedding_dim: BigInt(dimension) };
  const fits = fitting(dimension);
  const bounds = thresholdBounds(BigInt(dimension));
  return {
    hits: (threshold: number, attempts: number): number =>
      attempts * GOAL * TARGETS * fits(threshold),
    next: (threshold: number, hits: number, goal: number = GOAL): number => {
      const interval = { target_hit_interval_ms: DAY_MS / BigInt(goal) };
      const epoch = { hits: BigInt(hits), elapsedMs: DAY_MS, stoppedAfterMs: undefined };
      return adjustThreshold(threshold, epoch, { ...parameters, ...interval });
    },
    starts: Array.from(
      { length: 21 },
      (_, place) => bounds.min + ((bounds.max - bounds.min) * place) / 20,
    ),
  };
}

type Network = ReturnType<typeof network>;

/** The threshold and its hits after so many epochs with constant attempts. */
function run({ hits, next }: Network, from: number, attempts: number, epochs: number) {
  let threshold = from;
  for (let epoch = 0; epoch < epochs; epoch++) {
    threshold = next(threshold, Math.round(hits(threshold, attempts)));
  }
  return { threshold, share: hits(threshold, attempts) / GOAL };
}

describe.each([16, 64, 2_048])("W20 difficulty in %i dimensions", (dimension) => {
  const net = network(dimension);

  test("settles within fifteen epochs from any start, and stays", () => {
    for (const attempts of ATTEMPTS) {
      for (const start of net.starts) {
        for (const epochs of [0, 1, 2, 10, 100]) {
          const { share } = run(net, start, attempts, SETTLING_EPOCHS + epochs);
          expect(Math.abs(share - 1)).toBeLessThan(0.2);
        }
      }
    }
  });

  test("is within a fifth five epochs after hunters are ten times as many or as few", () => {
    for (const attempts of ATTEMPTS_TENFOLD) {
      const settled = run(net, 1, attempts, 60).threshold;
      const after = (factor: number): number => run(net, settled, attempts * factor, 5).share;
      expect(Math.abs(after(10) - 1)).toBeLessThan(0.2);
      expect(Math.abs(after(0.1) - 1)).toBeLessThan(0.2);
    }
  });

  test("does not swing when hits are few and random", () => {
    const goal = 60;
    for (const attempts of [10, 1_000]) {
      const prng = new Prng(dimension);
      let { threshold } = run(net, 1, attempts, 60);
      const seen: number[] = [];
      for (let epoch = 0; epoch < 1_000; epoch++) {
        const hits = poisson(prng, (net.hits(threshold, attempts) * goal) / GOAL);
        threshold = net.next(threshold, hits, goal);
        seen.push(hits);
      }
      const mean = seen.reduce((sum, hits) => sum + hits, 0) / seen.length;
      const variance = seen.reduce((sum, hits) => sum + (hits - mean) ** 2, 0) / seen.length;
      expect(Math.abs(mean / goal - 1)).toBeLessThan(0.05);
      // Chance alone gives √goal.
      expect(Math.sqrt(variance / goal)).toBeLessThan(1.6);
    }
  });
});

/** A random count with this mean, by Knuth's product of units. */
function poisson(prng: Prng, mean: number): number {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = prng.unit(); product > least; product *= prng.unit()) count++;
  return count;
}
