/**
 * Random sequences of all kinds: few here, many in the long tests.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { tryAll } from "./play.ts";

/** Kinds that succeed so often that a run without them would say that the generator is broken. */
const COMMON = [
  "AddStake",
  "AddStakeToModel",
  "ChangeEpoch",
  "ClaimRewards",
  "CreateModel",
  "PayCoins",
  "SubmitData",
  "TransferCoin",
  "TransferObjects",
  "WithdrawStake",
];

test("W25 any sequence conserves money, throws nothing, and replays to the same effects", () => {
  const succeeded = tryAll({ runs: 15, actionsMax: 150, seed: 1 });
  expect(COMMON.filter((kind) => !succeeded.has(kind))).toEqual([]);
});
