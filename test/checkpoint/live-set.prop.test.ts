/**
 * The live-set commitment is a set: order does not matter, adding and removing cancel, and nothing
 * else gives the same digest.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { LiveSet, type NetChange } from "../../src/checkpoint/live-set.ts";
import { DELETED_DIGEST, toDigest, toObjectId } from "../../src/types/address.ts";

const id = (n: number) => toObjectId(n.toString(16).padStart(64, "0"));
const digest = (n: number) => toDigest(n.toString(16).padStart(64, "0"));

function created(n: number, version: number = 1): NetChange {
  return { id: id(n), before: undefined, after: { version: BigInt(version), digest: digest(n) } };
}

function deleted(n: number, version: number = 1): NetChange {
  const before = { version: BigInt(version), digest: digest(n) };
  return { id: id(n), before, after: { version: before.version + 1n, digest: DELETED_DIGEST } };
}

describe("live set", () => {
  test("the order of changes does not matter", () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.nat(1000), { maxLength: 6 })
          .chain((ids) =>
            fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, { minLength: ids.length })),
          ),
        ([ids, shuffled]) => {
          const forward = new LiveSet().with(ids.map((n) => created(n)));
          const other = new LiveSet().with(shuffled.map((n) => created(n)));
          expect(other.digest()).toBe(forward.digest());
        },
      ),
      { numRuns: 30 },
    );
  });

  test("removing what was added gives the set before", () => {
    const before = new LiveSet().with([created(1), created(2)]);
    const after = before.with([created(3)]).with([deleted(3)]);
    expect(after.digest()).toBe(before.digest());
  });

  test("an update is the removal of the old and the addition of the new version", () => {
    const start = new LiveSet().with([created(1), created(2)]);
    const after = { version: 9n, digest: digest(77) };
    const updated = start.with([{ id: id(1), before: { version: 1n, digest: digest(1) }, after }]);
    const direct = new LiveSet().with([{ id: id(1), before: undefined, after }, created(2)]);
    expect(updated.digest()).toBe(direct.digest());
  });

  test("id, version and digest all count", () => {
    const base = new LiveSet().with([created(1)]).digest();
    expect(new LiveSet().with([created(2)]).digest()).not.toBe(base);
    expect(new LiveSet().with([created(1, 2)]).digest()).not.toBe(base);
    const after = { version: 1n, digest: digest(2) };
    const other = new LiveSet().with([{ id: id(1), before: undefined, after }]);
    expect(other.digest()).not.toBe(base);
  });

  test("its bytes bring it back, and it stays as it was when extended", () => {
    const set = new LiveSet().with([created(5)]);
    const copy = LiveSet.fromBytes(set.toBytes());
    expect(copy.digest()).toBe(set.digest());
    const digestBefore = set.digest();
    set.with([created(6)]);
    expect(set.digest()).toBe(digestBefore);
  });
});
