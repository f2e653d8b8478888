/**
 * The block manager under random orders of arrival, with much and with little room.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { Prng } from "../../src/base/prng.ts";
import { BlockManager } from "../../src/consensus/block-manager.ts";
import { Dag } from "../../src/consensus/dag.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import { parseDag } from "./dag-dsl.ts";
import { genesisOf, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const drawn = parseDag(
  committee,
  "1: *\n2: A B B'=BCD C D\n3: *-A\n4: A=ABC B=AB'C C D\n5: *-C\n6: A B C+D@4\n7: *\n8: *",
);

function shuffled(seed: number): SignedBlock[] {
  const prng = new Prng(seed);
  const blocks = [...drawn.blocks];
  for (let index = blocks.length - 1; index > 0; index--) {
    const other = prng.below(index + 1);
    [blocks[index], blocks[other]] = [blocks[other]!, blocks[index]!];
  }
  return blocks;
}

test("in whatever order blocks come, all enter the DAG after their ancestors", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const dag = new Dag(genesisOf(committee));
      const manager = new BlockManager(dag, 4, 100);
      const entered = new Set<string>();
      for (const signed of shuffled(seed)) {
        for (const block of manager.offer(signed, 0, 0)) {
          const { ancestors } = block.signed.block;
          const known = ancestors.every(({ round, digest }) => round === 0 || entered.has(digest));
          expect(known).toBe(true);
          entered.add(block.signed.ref.digest);
        }
        // What is missing is neither accepted nor waiting.
        for (const { ref } of manager.missing.values()) {
          expect(dag.has(ref.digest) || manager.holds(ref.digest)).toBe(false);
        }
      }
      expect(entered.size).toBe(drawn.blocks.length);
      expect(manager.waitingCount).toBe(0);
      expect(manager.missing.size).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test("with little room, sending again what is not accepted gets everything in", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 3 }), (seed, room) => {
      const dag = new Dag(genesisOf(committee));
      const manager = new BlockManager(dag, 4, room);
      const entered: SignedBlock[] = [];
      for (let pass = 0; pass < 8; pass++) {
        for (const signed of shuffled(seed + pass)) {
          entered.push(...manager.offer(signed, 0, 0).map((block) => block.signed));
          expect(manager.waitingCount).toBeLessThanOrEqual(4 * room);
        }
      }
      // Each pass brings at least the lowest round that is not yet complete.
      expect(entered).toHaveLength(drawn.blocks.length);
    }),
    { numRuns: 40 },
  );
});

test("collecting at any time leaves no block waiting for what is gone", () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat({ max: 40 }), { maxLength: 4 }), (seed, moments) => {
      const dag = new Dag(genesisOf(committee));
      const manager = new BlockManager(dag, 4, 100);
      for (const [index, signed] of shuffled(seed).entries()) {
        manager.offer(signed, 0, 0);
        if (!moments.includes(index)) continue;
        dag.collect(dag.gcRound + 1);
        manager.collect();
      }
      // Everything has been sent, so whatever is above the collected rounds is accepted.
      const expected = drawn.blocks.filter(({ ref }) => ref.round > dag.gcRound);
      expect([...dag.live()]).toHaveLength(expected.length);
      expect(manager.waitingCount).toBe(0);
      expect(manager.missing.size).toBe(0);
    }),
    { numRuns: 60 },
  );
});
