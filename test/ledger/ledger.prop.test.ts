/**
 * Random sequences of all kinds by several accounts over several epochs, with hostile amounts, coins
 * that pay and are spent at once, inputs named twice, stale and foreign. The world checks after each
 * transaction that supply is exactly the total and that versions rise.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { heldBalance } from "../../src/ledger/economy/pool.ts";
import { composeSystemState } from "../../src/ledger/system-view.ts";
import { actions, perform } from "./actions.ts";
import { World } from "./world.ts";

const RUNS = 40;
const ACTIONS = 150;

describe("any sequence of transactions", () => {
  test("W25 conserves money, escapes no exception and replays to the same effects from bytes", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(actions(ACTIONS), (list) => {
        const plain = new World();
        for (const action of list) {
          const execution = perform(plain, action);
          const status = execution?.effects.status;
          const name = status?.kind === "Failure" ? status.error.kind : status?.kind;
          seen.set(`${action.kind} ${name}`, (seen.get(`${action.kind} ${name}`) ?? 0) + 1);
        }
        for (const { content } of plain.list("Pool")) {
          expect(heldBalance(content)).toBeGreaterThanOrEqual(0n);
        }
        const powers = composeSystemState(plain).validators.validators.map((v) => v.voting_power);
        expect(powers.reduce((sum, power) => sum + power, 0n)).toBe(10_000n);
        const reloaded = new World({}, true);
        for (const action of list) perform(reloaded, action);
        expect(reloaded.trail).toEqual(plain.trail);
      }),
      { numRuns: RUNS },
    );
    console.log(
      [...seen]
        .sort()
        .map(([k, v]) => `${k}: ${v}`)
        .join("\n"),
    );
  });
});
