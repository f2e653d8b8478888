/**
 * What is said of a submission: by whom, with what, and whether the winner is the submitter's own.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { submissionRows } from "../../src/cli/target-rows.ts";
import { deriveObjectId } from "../../src/types/address.ts";
import { formatAddress } from "../../src/types/text.ts";
import type { TargetView } from "../../src/wire/json/target.ts";
import { account, digestFrom } from "../ledger/fixtures.ts";

const [alice, bob] = [account("alice"), account("bob")];
const open: TargetView = {
  target_id: deriveObjectId(digestFrom("target"), 0),
  status: "open",
  generation_epoch: 0n,
  model_count: 1n,
  model_ids: [deriveObjectId(digestFrom("model"), 0)],
  reward_pool: 1n,
  distance_threshold: 1,
  embedding: new Float32Array(1),
};
const filled: TargetView = {
  ...open,
  status: "filled",
  submitter: alice,
  winning_model_id: open.model_ids[0]!,
  winning_model_owner: bob,
  claimable_epoch: 2n,
};

test("an open target has no submission", () => {
  expect(submissionRows(open)).toEqual([]);
});

test("W31 a submitter who owns the winner is named as such", () => {
  const rows = new Map(submissionRows(filled).map(([name, text]) => [name, text]));
  expect(rows.get("Submitter")).toBe(formatAddress(alice));
  expect(rows.get("Model Owner")).toBe(formatAddress(bob));
  expect(rows.get("Claimable")).toBe("from epoch 2");
  const own = submissionRows({ ...filled, winning_model_owner: alice });
  expect(own).toContainEqual(["Model Owner", `${formatAddress(alice)} (the submitter)`]);
});
