/**
 * Committees: order, power, and what their decoder refuses.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { decode, encode, struct, u64, vector } from "../../src/bcs/schema.ts";
import { toAddress } from "../../src/types/address.ts";
import {
  authorityIndex,
  authorityOfAddress,
  buildCommittee,
  type Committee,
  committee,
  type CommitteeMember,
  committeeMember,
  memberAt,
  QUORUM_POWER,
  TOTAL_VOTING_POWER,
  VALIDITY_POWER,
  votingPowerOf,
} from "../../src/types/committee.ts";

function member(key: number, power: number): CommitteeMember {
  return {
    address: toAddress(key.toString(16).padStart(2, "0").repeat(32)),
    protocol_key: new Uint8Array(96).fill(key),
    network_key: new Uint8Array(32).fill(key),
    worker_key: new Uint8Array(32).fill(key),
    voting_power: power,
    consensus_address: "/ip4/127.0.0.1/tcp/8001",
    hostname: "one",
  };
}

/** The layout without its rules. */
const unchecked = struct<Committee>("Committee", { epoch: u64, members: vector(committeeMember) });

function reason(members: readonly CommitteeMember[]): string | undefined {
  const decoded = decode(committee, encode(unchecked, { epoch: 1n, members }));
  return decoded.ok ? undefined : decoded.error.reason;
}

describe("a committee", () => {
  const built = buildCommittee(3n, [member(9, 4_000), member(200, 1_000), member(1, 5_000)]);

  test("is sorted by protocol key, byte by byte", () => {
    expect(built.members.map(({ voting_power }) => voting_power)).toEqual([5_000, 4_000, 1_000]);
  });

  test("is an epoch and members: address, three keys, power, two lines", () => {
    const one = buildCommittee(3n, [
      {
        ...member(1, 10_000),
        network_key: new Uint8Array(32).fill(2),
        worker_key: new Uint8Array(32).fill(3),
        consensus_address: "a",
        hostname: "b",
      },
    ]);
    const keys = `${"01".repeat(96)}${"02".repeat(32)}${"03".repeat(32)}`;
    expect(encode(committee, one).toHex()).toBe(
      `0300000000000000${"01"}${"01".repeat(32)}${keys}1027` + "0161" + "0162",
    );
  });

  test("names its members by their place", () => {
    expect(authorityIndex(built, new Uint8Array(96).fill(9))).toBe(1);
    expect(authorityIndex(built, new Uint8Array(96).fill(8))).toBeUndefined();
    expect(authorityOfAddress(built, member(200, 0).address)).toBe(2);
    expect(authorityOfAddress(built, member(8, 0).address)).toBeUndefined();
    expect(memberAt(built, 2).voting_power).toBe(1_000);
    expect(() => memberAt(built, 3)).toThrow(AssertionError);
  });

  test("counts each authority once", () => {
    expect(votingPowerOf(built, [0, 2, 0])).toBe(6_000);
    expect(votingPowerOf(built, [])).toBe(0);
  });

  test("has thresholds that leave less than a third in doubt", () => {
    expect(2 * QUORUM_POWER - TOTAL_VOTING_POWER).toBe(VALIDITY_POWER);
    expect(TOTAL_VOTING_POWER - QUORUM_POWER).toBeLessThan(VALIDITY_POWER);
  });

  test("is refused when its power is not whole", () => {
    expect(reason([member(1, 10_000)])).toBeUndefined();
    expect(reason([member(1, 9_999)])).toBe("voting power sums to 9999, not 10000");
    expect(reason([])).toBe("voting power sums to 0, not 10000");
    expect(() => buildCommittee(1n, [member(1, 1)])).toThrow(AssertionError);
  });

  test("is refused out of order and with a key twice", () => {
    const wrong = "member 1 is not above the one before in the order of protocol keys";
    expect(reason([member(2, 5_000), member(1, 5_000)])).toBe(wrong);
    expect(reason([member(1, 5_000), member(1, 5_000)])).toBe(wrong);
  });
});
