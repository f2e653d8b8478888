/**
 * The view of a transaction: what it reads, writes, deletes and undoes.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { type Draft, readContent, View } from "../../src/ledger/view.ts";
import { deriveObjectId, type ObjectId } from "../../src/types/address.ts";
import { ECONOMY_ID } from "../../src/types/entry.ts";
import { account, digestFrom } from "./fixtures.ts";
import { World } from "./world.ts";

const DIGEST = digestFrom("transaction");
const OWNER = { kind: "AddressOwner", address: account("alice") } as const;

function coin(balance: bigint): NonNullable<Draft>["content"] {
  return { kind: "Coin", balance };
}

function changed(view: View): ObjectId[] {
  return [...view.changes()].map(({ id }) => id);
}

describe("view", () => {
  test("reads through to the state, by kind", () => {
    const world = new World();
    const view = new View(world, DIGEST);
    const { object_id: id } = world.coin(account("alice"));
    expect(view.read("Coin", id)).toEqual(world.content("Coin", id));
    expect(view.read("Target", id)).toBeUndefined();
    expect(readContent(world, "Economy", ECONOMY_ID)?.kind).toBe("Economy");
    expect(() => view.get("Target", id)).toThrow(AssertionError);
    expect(changed(view)).toEqual([]);
  });

  test("writes keep the owner, never reach the state, and show in changes once", () => {
    const world = new World();
    const view = new View(world, DIGEST);
    const { object_id: id } = world.coin(account("alice"));
    const before = world.content("Coin", id).balance;
    view.write(id, coin(1n));
    view.write(id, coin(2n));
    view.touch(id);
    expect(view.find(id)).toEqual({ content: { kind: "Coin", balance: 2n }, owner: OWNER });
    expect(changed(view)).toEqual([id]);
    expect(world.content("Coin", id).balance).toBe(before);
  });

  test("makes ids in the order of numbers, and what is made and deleted leaves no trace", () => {
    const view = new View(new World(), DIGEST);
    const first = view.create(coin(1n), OWNER);
    expect(first).toBe(deriveObjectId(DIGEST, 0));
    view.nextNumber();
    expect(view.nextId()).toBe(deriveObjectId(DIGEST, 2));
    view.remove(first);
    expect(view.find(first)).toBeUndefined();
    expect(changed(view)).toEqual([]);
  });

  test("a deleted object is gone, and cannot be deleted or touched again", () => {
    const world = new World();
    const view = new View(world, DIGEST);
    const { object_id: id } = world.coin(account("alice"));
    view.remove(id);
    expect(view.find(id)).toBeUndefined();
    expect(() => view.remove(id)).toThrow(AssertionError);
    expect([...view.changes()]).toEqual([{ id, before: world.find(id), after: undefined }]);
    expect(() => view.touch(deriveObjectId(DIGEST, 9))).toThrow(AssertionError);
  });

  test("rolling back undoes writes, deletions and numbers, as often as wanted", () => {
    const world = new World();
    const view = new View(world, DIGEST);
    const { object_id: id } = world.coin(account("alice"));
    view.touch(id);
    const mark = view.mark();
    for (let count = 0; count < 2; count++) {
      const made = view.create(coin(1n), OWNER);
      expect(made).toBe(deriveObjectId(DIGEST, 0));
      view.remove(id);
      view.rollback(mark);
      expect(view.find(id)).toBeDefined();
      expect(changed(view)).toEqual([id]);
    }
  });
});
