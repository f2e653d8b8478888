/**
 * Paying validators when an epoch closes.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Address } from "../../../src/types/address.ts";
import { poolEntryId } from "../../../src/types/entry.ts";
import { account, DAY_MS, SOMA } from "../fixtures.ts";
import { poolIdOf, poolOf } from "../validators.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");
const v0 = account("v0");

const v1 = account("v1");
const v2 = account("v2");
const v3 = account("v3");

describe("validators are paid", () => {
  test("V by power for the time the epoch ran; the commission is one growing stake", () => {
    const world = new World();
    const stakes = (): number => world.list("StakedSoma", v0).length;
    const start = poolOf(world, v0).soma_balance;
    // 20 % of 1,370 SOMA, a quarter each.
    const full = (274n * SOMA) / 4n;
    world.endEpoch();
    expect(poolOf(world, v0).soma_balance - start).toBe(full);
    expect(stakes()).toBe(2);
    world.endEpoch(DAY_MS / 2n);
    expect(poolOf(world, v0).soma_balance - start).toBe(full + full / 2n);
    expect(stakes()).toBe(2);
    const commission = world
      .list("StakedSoma", v0)
      .find(({ content }) => content.principal < 20_000n * SOMA);
    expect(commission!.content.principal).toBeGreaterThan(((full + full / 2n) * 2n) / 100n);
  });

  test("a commission stake that was given away is left alone and a new one begins", () => {
    const world = new World();
    world.endEpoch();
    const small = world
      .list("StakedSoma", v0)
      .find(({ content }) => content.principal < 20_000n * SOMA)!;
    world.run(v0, { kind: "TransferObjects", objects: [world.ref(small.id)], recipient: bob });
    const before = world.content("StakedSoma", small.id);
    world.endEpoch();
    expect(world.content("StakedSoma", small.id)).toEqual(before);
    expect(world.list("StakedSoma", v0)).toHaveLength(2);
  });
});

describe("a reported validator", () => {
  test("whom a quorum reports loses half of its pay to the others", () => {
    const world = new World();
    const report = (sender: Address, reportee: Address): string =>
      statusOf(world.run(sender, { kind: "ReportValidator", reportee }));
    expect(report(alice, v0)).toBe("NotAValidator");
    expect(report(v0, v0)).toBe("CannotReportOneself");
    expect(report(v0, alice)).toBe("NotAValidator");
    const stake = (address: Address): bigint =>
      world.content("Pool", poolEntryId(poolIdOf(world, address))).soma_balance;
    for (const reporter of [v1, v2]) expect(report(reporter, v0)).toBe("Success");
    const before = [v0, v1].map(stake);
    world.endEpoch();
    expect(stake(v0) - before[0]!).toBe(stake(v1) - before[1]!);
    expect(report(v3, v0)).toBe("Success");
    const [a, b] = [stake(v0), stake(v1)];
    world.endEpoch();
    const [lost, won] = [stake(v0) - a, stake(v1) - b];
    expect(won).toBeGreaterThan(lost * 2n);
    const undo = { kind: "UndoReportValidator", reportee: v0 } as const;
    expect(statusOf(world.run(v3, undo))).toBe("Success");
    expect(statusOf(world.run(v3, undo))).toBe("ReportRecordNotFound");
    expect(statusOf(world.run(alice, undo))).toBe("NotAValidator");
  });
});
