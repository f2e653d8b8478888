/**
 * The written-set tree: every leaf has a proof that verifies, and no altered leaf, proof or root
 * does.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import {
  proveWritten,
  verifyWritten,
  type WrittenLeaf,
  writtenLeaves,
  writtenRoot,
} from "../../src/checkpoint/written-set.ts";
import { toDigest, toObjectId, ZERO_DIGEST } from "../../src/types/address.ts";

const leaf = (n: number): WrittenLeaf => ({
  id: toObjectId(n.toString(16).padStart(64, "0")),
  version: BigInt(n + 1),
  digest: toDigest((n + 7).toString(16).padStart(64, "0")),
});
const leaves = (count: number) => Array.from({ length: count }, (_, index) => leaf(index));

describe("written set", () => {
  test("every leaf of every size up to 20 is proved", () => {
    for (let count = 1; count <= 20; count++) {
      const set = leaves(count);
      const root = writtenRoot(set);
      for (let index = 0; index < count; index++) {
        const proof = proveWritten(set, index);
        expect(verifyWritten(root, set[index]!, proof)).toBe(true);
      }
    }
  });

  test("an altered leaf, index, count, sibling or root is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (count, pick, salt) => {
        const set = leaves(count);
        const root = writtenRoot(set);
        const index = pick % count;
        const proof = proveWritten(set, index);
        const own = set[index]!;
        expect(verifyWritten(root, { ...own, version: own.version + 1n }, proof)).toBe(false);
        expect(verifyWritten(root, leaf((index + 1) % count), proof)).toBe(false);
        expect(verifyWritten(root, own, { ...proof, count: count + 1 })).toBe(false);
        expect(verifyWritten(root, own, { ...proof, index: -1 })).toBe(false);
        expect(verifyWritten(ZERO_DIGEST, own, proof)).toBe(false);
        const at = salt % proof.siblings.length;
        const siblings = proof.siblings.with(at, ZERO_DIGEST);
        expect(verifyWritten(root, own, { ...proof, siblings })).toBe(false);
        expect(verifyWritten(root, own, { ...proof, siblings: [...proof.siblings, root] })).toBe(
          false,
        );
      }),
    );
  });

  test("leaves are sorted by id, and the root tells sizes apart", () => {
    const changes = [3, 1, 2].map((n) => ({
      id: leaf(n).id,
      before: undefined,
      after: { version: leaf(n).version, digest: leaf(n).digest },
    }));
    expect(writtenLeaves(changes)).toEqual([leaf(1), leaf(2), leaf(3)]);
    const roots = [0, 1, 2, 3, 4].map((count) => writtenRoot(leaves(count)));
    expect(new Set(roots).size).toBe(roots.length);
  });
});
