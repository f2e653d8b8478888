/**
 * Making targets: seeds nobody chooses, and a reward out of what is left.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { makeTarget, targetSeed } from "../../../src/ledger/economy/targets.ts";
import { View } from "../../../src/ledger/view.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { ECONOMY_ID } from "../../../src/types/entry.ts";
import { digestFrom, START_MS } from "../fixtures.ts";
import { World } from "../world.ts";

const ID = deriveObjectId(digestFrom("transaction"), 2);
const MOMENT = { epoch: 0n, nowMs: START_MS + 5n };

function view(models?: []): View {
  return new View(new World(models === undefined ? {} : { models }), digestFrom("transaction"));
}

describe("targets", () => {
  test("the seed depends on entropy, transaction and number", () => {
    const base = { entropy: digestFrom("a"), transaction: digestFrom("b"), number: 1 };
    const seeds = [
      base,
      { ...base, entropy: digestFrom("c") },
      { ...base, transaction: digestFrom("c") },
      { ...base, number: 2 },
    ].map(targetSeed);
    expect(new Set(seeds).size).toBe(4);
    expect(targetSeed({ ...base })).toBe(seeds[0]!);
  });

  test("a target takes its reward from the budget, and the seed decides its point", () => {
    const state = view();
    const before = state.get("Economy", ECONOMY_ID);
    expect(makeTarget(state, 1n, ID, MOMENT)).toBeUndefined();
    const target = state.get("Target", ID);
    expect(target.reward_pool).toBe(before.target_budget / before.reward_divisor);
    expect(state.get("Economy", ECONOMY_ID)).toMatchObject({
      target_budget: before.target_budget - target.reward_pool,
      targets_generated: before.targets_generated + 1n,
    });
    const other = view();
    makeTarget(other, 2n, ID, MOMENT);
    expect(other.get("Target", ID).embedding.values).not.toEqual(target.embedding.values);
  });

  test("below the floor none is made, and the time of the first refusal is kept", () => {
    const state = view();
    const { target_budget_start } = state.get("Economy", ECONOMY_ID);
    state.update("Economy", ECONOMY_ID, { target_budget: target_budget_start / 65n });
    const poor = { kind: "InsufficientEmissionBalance" } as const;
    expect(makeTarget(state, 1n, ID, MOMENT)).toEqual(poor);
    expect(makeTarget(state, 1n, ID, { ...MOMENT, nowMs: START_MS + 9n })).toEqual(poor);
    expect(state.get("Economy", ECONOMY_ID).stopped_at_ms).toBe(START_MS + 5n);
  });

  test("without models none is made, and that is no stop", () => {
    const state = view([]);
    expect(makeTarget(state, 1n, ID, MOMENT)).toEqual({ kind: "NoActiveModels" });
    expect(state.get("Economy", ECONOMY_ID).stopped_at_ms).toBeUndefined();
  });
});
