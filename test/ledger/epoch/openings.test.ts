/**
 * Opening targets: under the ids that follow in the transaction, while budget and models last.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { openTargets } from "../../../src/ledger/epoch/openings.ts";
import { View } from "../../../src/ledger/view.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { ECONOMY_ID } from "../../../src/types/entry.ts";
import { digestFrom, START_MS } from "../fixtures.ts";
import { World } from "../world.ts";

const OPENING = {
  epoch: 1n,
  startMs: START_MS,
  randomness: digestFrom("randomness"),
  transaction: digestFrom("edge"),
};

function made(view: View): number {
  return [...view.changes()].filter(({ after }) => after?.content.kind === "Target").length;
}

test("as many as the parameters say, each under its own number", () => {
  const view = new View(new World(), OPENING.transaction);
  view.update("Economy", ECONOMY_ID, { targets_generated: 0n });
  openTargets(view, OPENING);
  expect(made(view)).toBe(4);
  for (let number = 0; number < 4; number++) {
    const target = view.get("Target", deriveObjectId(OPENING.transaction, number));
    expect(target).toMatchObject({ generation_epoch: 1n, status: { kind: "Open" } });
  }
});

test("none without models or without money", () => {
  const poor = new View(new World(), OPENING.transaction);
  poor.update("Economy", ECONOMY_ID, { target_budget: 0n });
  expect(openTargets(poor, OPENING)).toEqual({ kind: "InsufficientEmissionBalance" });
  expect(made(poor)).toBe(0);
  const idle = new View(new World({ models: [] }), OPENING.transaction);
  expect(openTargets(idle, OPENING)).toEqual({ kind: "NoActiveModels" });
  expect(made(idle)).toBe(0);
});
