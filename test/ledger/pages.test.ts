/**
 * Lists on pages: adding writes one page, keeping some rewrites the list.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { appendId, keepIds, readIds, targetList } from "../../src/ledger/pages.ts";
import { View } from "../../src/ledger/view.ts";
import { deriveObjectId } from "../../src/types/address.ts";
import { digestFrom } from "./fixtures.ts";
import { World } from "./world.ts";

const LIST = targetList(77n);
const IDS = Array.from({ length: 100 }, (_, index) => deriveObjectId(digestFrom("list"), index));

function filled(): View {
  const view = new View(new World(), digestFrom("transaction"));
  for (const [index, id] of IDS.entries()) appendId(view, LIST, BigInt(index), id);
  return view;
}

test("a list reads back in the order in which it was filled, on as few pages as hold it", () => {
  const view = filled();
  expect(readIds(view, LIST)).toEqual(IDS);
  expect([...view.changes()]).toHaveLength(4);
  expect(readIds(view, targetList(78n))).toEqual([]);
});

test("keeping some closes the gaps and deletes the pages that are left over", () => {
  for (const keep of [100, 99, 64, 33, 1, 0]) {
    const view = filled();
    const kept = IDS.slice(-keep || IDS.length);
    keepIds(view, LIST, IDS, kept);
    expect(readIds(view, LIST)).toEqual(kept);
    expect([...view.changes()]).toHaveLength(Math.ceil(keep / 32));
  }
});
