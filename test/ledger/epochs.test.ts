/**
 * Epoch changes: where the money of an epoch comes from and goes, difficulty, fees, and targets.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { buildChangeEpoch } from "../../src/ledger/epoch/change.ts";
import { executeTransaction } from "../../src/ledger/execute.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import {
  type ContentOf,
  ECONOMY_ID,
  EPOCH_STATE_ID,
  PARAMETERS_ID,
} from "../../src/types/entry.ts";
import { scalarValue } from "../../src/types/tensor.ts";
import { systemTransaction, transactionDigest } from "../../src/types/transaction.ts";
import {
  account,
  DAY_MS,
  digestFrom,
  faultOf,
  SOMA,
  statusOf,
  submissionTo,
  testConfig,
  World,
} from "./world.ts";

const alice = account("alice");

function economy(world: World): ContentOf<"Economy"> {
  return world.content("Economy", ECONOMY_ID);
}

function submitOnce(world: World): void {
  const { id } = openTargets(world)[0]!;
  expect(statusOf(world.run(alice, submissionTo(world, id, world.coin(alice, 1))))).toBe("Success");
}

describe("the money of an epoch", () => {
  test("genesis sets the first budget aside: 80 % for targets, the rest for validators", () => {
    const { validator_budget, target_budget_start, reward_divisor } = economy(new World());
    expect(target_budget_start).toBe(1_096n * SOMA);
    expect(validator_budget).toBe(274n * SOMA);
    expect(reward_divisor).toBe(8n);
  });

  test("W13 an epoch takes one emission from the fund, and what nobody earned goes back", () => {
    const world = new World({ models: [] });
    const { emission_fund: fund } = economy(world);
    world.endEpoch();
    // Validators earned theirs; without models no target was made, so all of that came back.
    expect(economy(world).emission_fund).toBe(fund - 1_370n * SOMA + 1_096n * SOMA);
    expect(economy(world)).toMatchObject({
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
    const { target_budget_start, validator_budget } = economy(world);
    expect(target_budget_start).toBe(((1_370n * SOMA + fees) * 8_000n) / 10_000n);
    expect(target_budget_start + validator_budget).toBe(1_370n * SOMA + fees);
  });

  test("an epoch cut short pays validators for its time", () => {
    const world = new World({ models: [] });
    const { emission_fund: fund } = economy(world);
    world.endEpoch(DAY_MS / 4n);
    const unpaid = 274n * SOMA - (274n * SOMA) / 4n;
    expect(economy(world).emission_fund).toBe(fund - 1_370n * SOMA + 1_096n * SOMA + unpaid);
  });

  test("emission follows the length of the epoch", () => {
    const overrides = { ...testConfig().overrides, epoch_duration_ms: DAY_MS / 144n };
    const { target_budget_start, validator_budget } = economy(new World({ overrides }));
    expect(target_budget_start + validator_budget).toBe((1_370n * SOMA) / 144n);
  });

  test("an empty fund ends emission without a fault, and fees still turn over", () => {
    const { allocations, models } = testConfig();
    const given =
      allocations.reduce((sum, { amount }) => sum + amount, 0n) + SOMA * BigInt(models.length);
    const rest = { recipient: account("rich"), amount: 10_000_000n * SOMA - given };
    const world = new World({ allocations: [...allocations, rest] });
    expect(economy(world)).toMatchObject({ emission_fund: 0n, target_budget: 0n });
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
    const first = economy(world).target_budget_start / 8n;
    let filled = 0;
    while (economy(world).stopped_at_ms === undefined) {
      submitOnce(world);
      filled++;
    }
    expect(economy(world).target_budget).toBeGreaterThan(0n);
    expect(economy(world).stopped_at_ms).toBe(world.nowMs);
    // (7/8)^n falls below 1/64 after 32 targets, the four opening ones included.
    expect(economy(world).targets_generated).toBe(32n);
    expect(filled).toBe(29);
    const last = openTargets(world).at(-1)!.target.reward_pool;
    expect(last * 64n).toBeGreaterThanOrEqual(first);
  });
});

describe("difficulty, fee rate and limits", () => {
  test("an epoch without hits, or cut short, leaves the threshold alone", () => {
    const world = new World();
    const before = economy(world).distance_threshold;
    world.endEpoch();
    submitOnce(world);
    world.endEpoch(DAY_MS / 2n - 1n);
    expect(economy(world)).toMatchObject({ distance_threshold: before, hits: 0n, hits_average: 0 });
  });

  test("too few hits make targets easier", () => {
    const world = new World();
    const before = scalarValue(economy(world).distance_threshold)!;
    submitOnce(world);
    world.endEpoch();
    // h = 1, G = 8,640: x ≈ −1, so z falls by nearly 0.6 and T rises by 0.6 σ = 0.15.
    expect(scalarValue(economy(world).distance_threshold)).toBeCloseTo(before + 0.15, 3);
    expect(economy(world).hits_average).toBe(1);
  });

  test("a stop for want of reward makes them harder, or leaves them", () => {
    const world = new World();
    const before = scalarValue(economy(world).distance_threshold)!;
    while (economy(world).stopped_at_ms === undefined) submitOnce(world);
    world.endEpoch();
    // Stopped at once: 29 hits in a thousandth of the day are 29,000, more than three goals.
    expect(economy(world).hits_average).toBeCloseTo(29_000, 6);
    expect(scalarValue(economy(world).distance_threshold)).toBeLessThan(before);
  });

  test("W12 the fee rate rises by an eighth when little is collected, and falls when much is", () => {
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

describe("the change itself", () => {
  test("opens new targets, other ones for another last commit", () => {
    const [one, two] = ["one", "two"].map((name) => {
      const world = new World();
      world.commits = name.length + name.charCodeAt(0);
      world.endEpoch();
      expect(openTargets(world)).toHaveLength(4);
      return openTargets(world).map(({ target }) => target.embedding.values.join());
    });
    expect(one).not.toEqual(two!);
  });

  test("counts on and hands over the next committee", () => {
    const world = new World();
    const execution = world.endEpoch();
    expect(world.content("EpochState", EPOCH_STATE_ID)).toMatchObject({
      epoch: 1n,
      start_timestamp_ms: world.nowMs,
    });
    expect(execution.nextCommittee?.epoch).toBe(1n);
    expect(execution.nextCommittee?.members.map((member) => member.voting_power)).toEqual([
      2500, 2500, 2500, 2500,
    ]);
    expect(execution.effects.executed_epoch).toBe(0n);
  });

  test("a change into another epoch, version or with other randomness is a fault and changes nothing", () => {
    const world = new World();
    const end = { timestampMs: world.nowMs, fees: 0n, lastCommit: digestFrom("commit") };
    const right = buildChangeEpoch(world, end);
    const wrong = [
      { ...right, epoch: 0n },
      { ...right, epoch: 2n },
      { ...right, protocol_version: 2n },
      { ...right, epoch_randomness: new Uint8Array(31) },
    ];
    const expected = [
      "AdvancedToWrongEpoch",
      "AdvancedToWrongEpoch",
      "InvalidArguments",
      "InvalidArguments",
    ];
    for (const [index, kind] of wrong.entries()) {
      const { data } = systemTransaction(kind);
      const execution = executeTransaction(world, data, transactionDigest(data), world.context());
      expect<string | undefined>(faultOf(execution)?.kind).toBe(expected[index]);
      expect(execution.effects.changed_objects).toEqual([]);
    }
  });

  test("time never runs back", () => {
    const world = new World();
    world.endEpoch(-1_000n);
    expect(world.content("EpochState", EPOCH_STATE_ID).start_timestamp_ms).toBe(
      testConfig().chain_start_ms,
    );
  });
});
