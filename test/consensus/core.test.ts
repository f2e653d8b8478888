/**
 * What a core knows before the first step.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { emptyCore } from "../../src/consensus/core.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import { EPOCH_START_MS, genesisOf, testCommittee, testConfig } from "./fixtures.ts";

describe("a new core", () => {
  const committee = testCommittee(4);

  test("knows the genesis blocks, which are the same on every node", () => {
    const cores = [0, 1, 2, 3].map((authority) => emptyCore(testConfig(committee, authority)));
    for (const [authority, core] of cores.entries()) {
      const genesis = genesisOf(committee);
      expect(core.own.ref).toEqual(genesis[authority]!.ref);
      for (const { ref } of genesis) expect(core.dag.find(ref)?.signed.ref).toEqual(ref);
    }
  });

  test("stands before the first commit and at round 1", () => {
    const core = emptyCore(testConfig(committee, 0));
    expect(core.tip).toEqual({
      ref: { index: 0, digest: ZERO_DIGEST },
      leaderRound: 0,
      timestampMs: EPOCH_START_MS,
    });
    expect(core.clock.round).toBe(1);
    expect(core.dag.gcRound).toBe(0);
  });

  test("belongs to a member of the committee", () => {
    expect(() => emptyCore(testConfig(committee, 4))).toThrow(AssertionError);
  });
});
