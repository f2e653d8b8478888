/**
 * The formulas of the economy, by worked numbers and by what must hold of any.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import {
  nextReward,
  rewardDivisor,
  splitBudget,
  submissionLimit,
} from "../../../src/ledger/economy/budget.ts";
import { adjustRate, halfValueFee, valueFee } from "../../../src/ledger/economy/value-fee.ts";
import { votingPowers } from "../../../src/ledger/economy/voting-power.ts";
import {
  adjustThreshold,
  averageHits,
  cosineDistance,
  projectedHits,
  thresholdBounds,
} from "../../../src/ledger/float.ts";
import { PARAMETERS_V1 } from "../../../src/protocol/parameters.ts";
import type { Economy } from "../../../src/types/network-entry.ts";
import { scalarTensor } from "../../../src/types/tensor.ts";
import { account, DAY_MS, SOMA } from "../fixtures.ts";

describe("W21 voting power", () => {
  const powersOf = (stakes: readonly bigint[]): number[] => {
    const rows = stakes.map((stake, place) => ({ address: account(`v${place}`), stake }));
    const powers = votingPowers(rows);
    return rows.map(({ address }) => powers.get(address)!);
  };

  test("follows stake below ten validators, with no cap", () => {
    expect(powersOf([1n, 1n, 1n, 1n])).toEqual([2_500, 2_500, 2_500, 2_500]);
    expect(powersOf([90n, 10n])).toEqual([9_000, 1_000]);
    expect(powersOf([5n])).toEqual([10_000]);
    expect(powersOf([0n, 0n])).toEqual([5_000, 5_000]);
  });

  test("from ten on nobody counts with more than a tenth, and dust takes no excess", () => {
    const powers = powersOf([1_000_000n, ...Array.from({ length: 9 }, () => 1n)]);
    expect(powers.slice(1).every((power) => power <= 10_000 / 9)).toBe(true);
    const even = powersOf([1_000n, ...Array.from({ length: 19 }, () => 100n)]);
    // The cap is 290 of 2,900; it counts as 290 of 2,190.
    expect(even[0]).toBe(1_324);
    expect(even.slice(1).every((power) => power === 456 || power === 457)).toBe(true);
  });

  test("always sums to 10,000 and never gives more to less stake", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(0n, 10n ** 16n), { minLength: 1, maxLength: 120 }),
        (stakes) => {
          const powers = powersOf(stakes);
          expect(powers.reduce((sum, power) => sum + power, 0)).toBe(10_000);
          for (let a = 1; a < stakes.length; a++) {
            if (stakes[a - 1]! > stakes[a]!)
              expect(powers[a - 1]!).toBeGreaterThanOrEqual(powers[a]! - 1);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("budget", () => {
  const economy = (changes: Partial<Economy>): Economy => ({
    emission_fund: 0n,
    validator_budget: 0n,
    target_budget: 0n,
    target_budget_start: 0n,
    reward_divisor: 200n,
    distance_threshold: scalarTensor(1),
    targets_generated: 0n,
    hits: 0n,
    hits_average: 0,
    stopped_at_ms: undefined,
    unsettled_from: 0n,
    ...changes,
  });

  test("targets get four fifths of emission and fees", () => {
    expect(splitBudget(10n ** 15n, 0n, PARAMETERS_V1)).toEqual({
      emission: 1_370n * SOMA,
      targets: 1_096n * SOMA,
      validators: 274n * SOMA,
    });
    expect(splitBudget(7n, 4n, PARAMETERS_V1)).toEqual({
      emission: 7n,
      targets: 8n,
      validators: 3n,
    });
    expect(splitBudget(0n, 0n, PARAMETERS_V1)).toEqual({
      emission: 0n,
      targets: 0n,
      validators: 0n,
    });
  });

  test("the divisor is what is expected, between twice the opening targets and the goal", () => {
    const divisor = (hits: bigint, hits_average: number): bigint =>
      rewardDivisor({ hits, hits_average }, PARAMETERS_V1);
    expect(divisor(0n, 0)).toBe(200n);
    expect(divisor(500n, 0)).toBe(500n);
    expect(divisor(500n, 777.9)).toBe(777n);
    expect(divisor(100_000n, 5)).toBe(8_640n);
    const short = { ...PARAMETERS_V1, epoch_duration_ms: 60_000n };
    expect(rewardDivisor({ hits: 10_000n, hits_average: 0 }, short)).toBe(200n);
  });

  test("rewards shrink by a part of what is left and stop at a 64th of the first", () => {
    let left = 1_096n * SOMA;
    const start = economy({ target_budget: left, target_budget_start: left });
    let made = 0;
    for (let reward = nextReward(start, 64n); reward > 0n; made++) {
      left -= reward;
      reward = nextReward({ ...start, target_budget: left }, 64n);
    }
    // ln 64 / −ln(1 − 1/200) = 829.7
    expect(made).toBe(830);
    expect(left).toBeGreaterThan(0n);
  });

  test("the size limit is a kibibyte a second for all that is expected, within bounds", () => {
    expect(submissionLimit(PARAMETERS_V1, 200n)).toBe(442_368n);
    expect(submissionLimit(PARAMETERS_V1, 8_640n)).toBe(10_240n);
    expect(submissionLimit(PARAMETERS_V1, 10n ** 9n)).toBe(4_096n);
    expect(submissionLimit(PARAMETERS_V1, 1n)).toBe(1_048_576n);
  });
});

describe("W12 value fee", () => {
  test("a thousandth at the start, half of it on stake", () => {
    expect(valueFee(100n * SOMA, 1_000n)).toBe(100_000_000n);
    expect(halfValueFee(SOMA, 1_000n)).toBe(500_000n);
    expect(valueFee(999n, 1_000n)).toBe(0n);
    expect(valueFee(0xffff_ffff_ffff_ffffn, 5_000n)).toBe(92_233_720_368_547_758n);
  });

  const next = (rate: bigint, fees: bigint): bigint =>
    adjustRate(rate, { fees, elapsedMs: DAY_MS }, PARAMETERS_V1);

  test("moves against what was collected, at most an eighth, at least one, within bounds", () => {
    expect(next(1_000n, 0n)).toBe(1_125n);
    expect(next(1_000n, SOMA)).toBe(1_000n);
    expect(next(1_000n, 100n * SOMA)).toBe(875n);
    expect(next(1_000n, (SOMA * 105n) / 100n)).toBe(952n);
    expect(next(101n, SOMA + 1n)).toBe(100n);
    expect(next(100n, 100n * SOMA)).toBe(100n);
    expect(next(5_000n, 0n)).toBe(5_000n);
    expect(next(103n, SOMA - 1n)).toBe(104n);
  });

  test("settles on the goal when fees follow the rate", () => {
    let rate = 5_000n;
    for (let epoch = 0; epoch < 40; epoch++) rate = next(rate, (rate * SOMA) / 300n);
    expect(rate).toBeGreaterThanOrEqual(299n);
    expect(rate).toBeLessThanOrEqual(301n);
  });

  test("an epoch without length asks for nothing and leaves the rate", () => {
    expect(adjustRate(1_000n, { fees: 0n, elapsedMs: 0n }, PARAMETERS_V1)).toBe(1_000n);
  });
});

describe("W20 difficulty", () => {
  const DIM16 = { ...PARAMETERS_V1, target_embedding_dim: 16n };
  const epoch = (hits: bigint, stoppedAfterMs?: bigint) => ({
    hits,
    elapsedMs: DAY_MS,
    stoppedAfterMs,
  });

  test("as many hits as wanted change nothing; more make it harder, fewer easier", () => {
    expect(adjustThreshold(1, epoch(8_640n), PARAMETERS_V1)).toBe(1);
    expect(adjustThreshold(1, epoch(17_280n), PARAMETERS_V1)).toBeLessThan(1);
    expect(adjustThreshold(1, epoch(4_320n), PARAMETERS_V1)).toBeGreaterThan(1);
  });

  test("one step, by hand", () => {
    // x = 1/3, z = 0.45/3 + 0.45/27 = 1/6, σ = 1/4; k = (z·σ)² = 1/576, w = 0.99913: c = z·σ·√w.
    expect(adjustThreshold(1, epoch(17_280n), DIM16)).toBeCloseTo(1 - 0.041_649, 6);
    expect(adjustThreshold(1, epoch(17_280n), DIM16)).toBe(
      Math.fround(adjustThreshold(1, epoch(17_280n), DIM16)),
    );
    // c = 0.6 has w = 0.8, so z = 2.4/√0.8 = 2.683 282; x = −1/3 leaves 2.516 615: k = 0.395 834.
    expect(adjustThreshold(0.4, epoch(4_320n), DIM16)).toBeCloseTo(1 - 0.570_237, 5);
  });

  test("stays within its bounds from both sides", () => {
    const { min, max } = thresholdBounds(16n);
    expect(min).toBeCloseTo(0.05, 6);
    // z = −5: k = 25/16, w = 2/(√(k² + 4) + k) = 0.487 773.
    expect(max).toBeCloseTo(1 + 1.25 * Math.sqrt(0.487_746), 5);
    let low = 1;
    let high = 1;
    for (let count = 0; count < 100; count++) {
      low = adjustThreshold(low, epoch(10n ** 12n), DIM16);
      high = adjustThreshold(high, epoch(1n), DIM16);
    }
    expect(low).toBe(min);
    expect(high).toBe(max);
    expect(thresholdBounds(2_048n).min).toBeCloseTo(1 - 0.322_481, 5);
  });

  test("a stop projects hits to the whole epoch and never makes it easier", () => {
    expect(projectedHits(epoch(100n, DAY_MS / 4n))).toBe(400);
    expect(projectedHits(epoch(100n, 0n))).toBe(100_000);
    expect(adjustThreshold(1, epoch(10n, DAY_MS / 2n), PARAMETERS_V1)).toBe(1);
  });

  test("the average starts with the first hits and follows by a tenth", () => {
    expect(averageHits(0, 100, 9_000n)).toBe(100);
    expect(averageHits(100, 200, 9_000n)).toBeCloseTo(110, 9);
  });
});

describe("cosine distance", () => {
  const vector = (...values: number[]): Float32Array => Float32Array.from(values);

  test("0 along, 1 across, 2 against, nothing without direction", () => {
    expect(cosineDistance(vector(3, 4), vector(6, 8))).toBe(0);
    expect(cosineDistance(vector(1, 0), vector(0, 5))).toBe(1);
    expect(cosineDistance(vector(1, 1), vector(-2, -2))).toBeCloseTo(2, 12);
    expect(cosineDistance(vector(0, 0), vector(1, 1))).toBeUndefined();
  });
});
