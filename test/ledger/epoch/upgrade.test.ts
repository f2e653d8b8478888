/**
 * Protocol upgrades: which version the votes lead to, and what an upgrade leaves as it is.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { SomaError } from "../../../src/base/errors.ts";
import { type Ballot, chooseVersion, votesOf } from "../../../src/ledger/epoch/upgrade.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import { PARAMETERS_V1 } from "../../../src/protocol/parameters.ts";
import { type ProtocolVersions } from "../../../src/protocol/versions.ts";
import { EPOCH_STATE_ID, PARAMETERS_ID } from "../../../src/types/entry.ts";
import { DIMENSION } from "../fixtures.ts";
import { World } from "../world.ts";

const NEXT = { ...PARAMETERS_V1, base_fee: 2_000n, target_embedding_dim: 4_096n };
const VERSIONS: ProtocolVersions = new Map([
  [1n, PARAMETERS_V1],
  [2n, NEXT],
]);
const BUFFER = 5_000n;

function ballots(...powers: readonly number[]): readonly Ballot[] {
  return powers.map((power) => ({ power, votes: votesOf(VERSIONS, 1n) }));
}

describe("votes", () => {
  test("8,334 of 10,000 are needed, 6,667 without a buffer", () => {
    expect(chooseVersion(1n, ballots(8_334), BUFFER)).toBe(2n);
    expect(chooseVersion(1n, ballots(8_333), BUFFER)).toBe(1n);
    expect(chooseVersion(1n, ballots(6_667), 0n)).toBe(2n);
    expect(chooseVersion(1n, ballots(6_666), 0n)).toBe(1n);
    expect(chooseVersion(1n, [], 0n)).toBe(1n);
  });

  test("those who mean something else by a version do not count together", () => {
    const other = votesOf(new Map([[2n, { ...NEXT, base_fee: 3_000n }]]), 1n);
    const mixed = [...ballots(5_000), { power: 5_000, votes: other }];
    expect(chooseVersion(1n, mixed, 0n)).toBe(1n);
  });

  test("several steps are taken at once, none is left out", () => {
    const many = new Map([...VERSIONS, [3n, NEXT], [5n, NEXT]]);
    const votes = votesOf(many, 1n);
    expect(votes.map(({ version }) => version)).toEqual([2n, 3n, 5n]);
    expect(chooseVersion(1n, [{ power: 10_000, votes }], BUFFER)).toBe(3n);
  });
});

describe("the change", () => {
  test("W23 an upgrade brings new numbers and keeps what the genesis set", () => {
    const world = new World();
    world.versions = VERSIONS;
    world.endEpoch(undefined, 2n);
    const { protocol, protocol_version } = world.content("Parameters", PARAMETERS_ID);
    expect(protocol_version).toBe(2n);
    expect(protocol.base_fee).toBe(2_000n);
    expect(protocol.target_embedding_dim).toBe(BigInt(DIMENSION));
    expect(protocol.target_initial_targets_per_epoch).toBe(4n);
    expect(openTargets(world)).toHaveLength(4);
    world.endEpoch(undefined, 2n);
    expect(world.content("EpochState", EPOCH_STATE_ID)).toMatchObject({
      epoch: 2n,
      safe_mode: false,
    });
  });

  test("a program that does not know the version stops and says what to do", () => {
    const world = new World();
    const change = (): unknown => world.endEpoch(undefined, 2n);
    expect(change).toThrow(SomaError);
    expect(change).toThrow("protocol version 2; this program runs 1");
  });
});
