/**
 * The money of an epoch: where it comes from, where it goes, and the rates that follow.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { openTargets } from "../../../src/ledger/readers.ts";
import { PARAMETERS_ID } from "../../../src/types/entry.ts";
import { account, DAY_MS, SOMA, testConfig } from "../fixtures.ts";
import { economyOf, submissionTo } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

function submitOnce(world: World): void {
  const { id } = openTargets(world)[0]!;
  expect(statusOf(world.run(alice, submissionTo(world, id, world.coin(alice, 1))))).toBe("Success");
}

describe("the money of an epoch", () => {
  test("genesis sets the first budget aside: 80 % for targets, the rest for validators", () => {
    const { validator_budget, target_budget_start, reward_divisor } = economyOf(new World());
    expect(target_budget_start).toBe(1_096n * SOMA);
    expect(validator_budget).toBe(274n * SOMA);
    expect(reward_divisor).toBe(8n);
  });

  test("W13 an epoch takes one emission from the fund, and what nobody earned goes back", () => {
    const world = new World({ models: [] });
    const { emission_fund: fund } = economyOf(world);
    world.endEpoch();
    // Validators earned theirs; without models no target was made, so all of that came back.
    expect(economyOf(world).emission_fund).toBe(fund - 1_370n * SOMA + 1_096n * SOMA);
    expect(economyOf(world)).toMatchObject({
      validator_budget: 274n * SOMA,
      target_budget: 1_096n * SOMA,
    });
  });

  test("fees of an epoch are part of the next one's budget", () => {
    const world = new World({ models: [] });
    world.run(alice, {
      kind: "TransferCoin",
      coin: world.coin(alice, 1),
      amount: undefined,
      recipient: account("bob"),
    });
    const { fees } = world;
    expect(fees).toBe(SOMA + 1_600n);
    world.endEpoch();
    const { target_budget_start, validator_budget } = economyOf(world);
    expect(target_budget_start).toBe(((1_370n * SOMA + fees) * 8_000n) / 10_000n);
    expect(target_budget_start + validator_budget).toBe(1_370n * SOMA + fees);
  });

  test("an epoch cut short pays validators for its time", () => {
    const world = new World({ models: [] });
    const { emission_fund: fund } = economyOf(world);
    world.endEpoch(DAY_MS / 4n);
    const unpaid = 274n * SOMA - (274n * SOMA) / 4n;
    expect(economyOf(world).emission_fund).toBe(fund - 1_370n * SOMA + 1_096n * SOMA + unpaid);
  });

  test("emission follows the length of the epoch", () => {
    const overrides = { ...testConfig().overrides, epoch_duration_ms: DAY_MS / 144n };
    const { target_budget_start, validator_budget } = economyOf(new World({ overrides }));
    expect(target_budget_start + validator_budget).toBe((1_370n * SOMA) / 144n);
  });

  test("an empty fund ends emission without a fault, and fees still turn over", () => {
    const { allocations, models } = testConfig();
    const given =
      allocations.reduce((sum, { amount }) => sum + amount, 0n) + SOMA * BigInt(models.length);
    const rest = { recipient: account("rich"), amount: 10_000_000n * SOMA - given };
    const world = new World({ allocations: [...allocations, rest] });
    expect(economyOf(world)).toMatchObject({ emission_fund: 0n, target_budget: 0n });
    expect(openTargets(world)).toEqual([]);
    world.endEpoch();
    expect(openTargets(world)).toEqual([]);
    world.run(alice, {
      kind: "TransferCoin",
      coin: world.coin(alice, 1),
      amount: undefined,
      recipient: account("bob"),
    });
    world.endEpoch();
    expect(openTargets(world)).toHaveLength(4);
  });

  test("rewards thin out and stop at the floor, so that the budget cannot run dry", () => {
    const world = new World();
    const first = economyOf(world).target_budget_start / 8n;
    let filled = 0;
    while (economyOf(world).stopped_at_ms === undefined) {
      submitOnce(world);
      filled++;
    }
    expect(economyOf(world).target_budget).toBeGreaterThan(0n);
    expect(economyOf(world).stopped_at_ms).toBe(world.nowMs);
    // (7/8)^n falls below 1/64 after 32 targets, the four opening ones included.
    expect(economyOf(world).targets_generated).toBe(32n);
    expect(filled).toBe(29);
    const last = openTargets(world).at(-1)!.target.reward_pool;
    expect(last * 64n).toBeGreaterThanOrEqual(first);
  });
});

describe("fee rate and size limit", () => {
  test("W12 the fee rate rises by an eighth when little is collected, else falls", () => {
    const world = new World();
    const rate = (): bigint => world.content("Parameters", PARAMETERS_ID).value_fee_ppm;
    world.endEpoch();
    expect(rate()).toBe(1_125n);
    world.run(alice, {
      kind: "TransferCoin",
      coin: world.coin(alice, 1),
      amount: undefined,
      recipient: account("bob"),
    });
    world.run(alice, {
      kind: "TransferCoin",
      coin: world.coin(alice),
      amount: 900n * SOMA,
      recipient: account("bob"),
    });
    world.endEpoch();
    expect(rate()).toBe(1_125n - 140n);
    for (let count = 0; count < 20; count++) world.endEpoch();
    expect(rate()).toBe(5_000n);
  });

  test("the size limit follows from how many submissions are expected", () => {
    const overrides = { target_embedding_dim: 16n };
    const world = new World({ overrides });
    // 1 KiB a second over a day for 200 expected submissions.
    expect(world.content("Parameters", PARAMETERS_ID).max_submission_data_size).toBe(442_368n);
  });
});
