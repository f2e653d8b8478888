/**
 * System kinds: what the network itself does.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { executeSystem } from "../../src/ledger/system.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import { digestFrom } from "./fixtures.ts";
import { faultOf, World } from "./world.ts";

const DIGEST = digestFrom("transaction");

function execute(kind: TransactionKind): ReturnType<typeof executeSystem> {
  const world = new World();
  return executeSystem(world, kind, DIGEST, world.context());
}

test("a prologue records the commit and changes nothing", () => {
  const { effects, written, nextCommittee } = execute({
    kind: "ConsensusCommitPrologueV1",
    epoch: 0n,
    round: 3n,
    sub_dag_index: 1n,
    commit_timestamp_ms: 5n,
    consensus_commit_digest: digestFrom("commit"),
    additional_state_digest: digestFrom("state"),
  });
  expect(effects).toMatchObject({ status: { kind: "Success" }, version: 1n, dependencies: [] });
  expect(written).toEqual([]);
  expect(nextCommittee).toBeUndefined();
});

test("a second genesis is refused, with money in it or not", () => {
  const execution = execute({ kind: "Genesis", objects: [] });
  expect(faultOf(execution)).toEqual({ kind: "InvalidTransactionType" });
  expect(execution.effects.changed_objects).toEqual([]);
});

test("the fees of the ended epoch come in with its change, once", () => {
  const change = {
    kind: "ChangeEpoch",
    epoch: 1n,
    epoch_start_timestamp_ms: 9n,
    protocol_version: 1n,
    fees: 12_345n,
    epoch_randomness: new Uint8Array(32),
  } as const;
  // The sum of what it writes is asserted to hold just these fees more than before.
  const { effects, nextCommittee } = execute(change);
  expect(effects.status.kind).toBe("Success");
  expect(effects.transaction_fee.total_fee).toBe(0n);
  expect(nextCommittee?.epoch).toBe(1n);
});
