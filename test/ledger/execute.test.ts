/**
 * Executing a transaction: versions, dependencies, undoing, and who may send what.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { executeTransaction } from "../../src/ledger/execute.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { deriveObjectId, ZERO_ADDRESS, ZERO_DIGEST } from "../../src/types/address.ts";
import { type ObjectRef } from "../../src/types/object.ts";
import { transactionDigest } from "../../src/types/transaction.ts";
import { account, digestFrom, SOMA } from "./fixtures.ts";
import { statusOf, World } from "./world.ts";

const alice = account("alice");
const bob = account("bob");

function pay(world: World, amount: bigint, gas: readonly ObjectRef[]): ReturnType<World["run"]> {
  const coins = [gas[0]!];
  return world.run(alice, { kind: "PayCoins", coins, amounts: [amount], recipients: [bob] }, gas);
}

describe("execution", () => {
  test("W22 a failure undoes everything but gas, and still wears out every input", () => {
    const world = new World();
    const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
    const kind = { kind: "TransferCoin", coin, amount: 9_999n * SOMA, recipient: bob } as const;
    const execution = world.run(alice, kind, [gas]);
    expect(execution.written.map(({ id }) => id).sort()).toEqual(
      [gas.object_id, coin.object_id].sort(),
    );
    expect(world.content("Coin", coin.object_id).balance).toBe(1_000n * SOMA);
    const stale = world.run(alice, kind, [gas]);
    expect(stale.effects.changed_objects).toEqual([]);
  });

  test("a shared input that is not there is named, and nothing else is", () => {
    const world = new World();
    const gone = deriveObjectId(digestFrom("nothing"), 0);
    const { effects } = world.run(alice, { kind: "ClaimRewards", target_id: gone });
    expect(effects.status).toEqual({ kind: "Failure", error: { kind: "TargetNotFound" } });
    expect(effects.unchanged_shared_objects).toEqual([
      { object_id: gone, state: { kind: "MutateDeleted", version: 1n } },
    ]);
    const { id } = openTargets(world)[0]!;
    // What is there is written, and what is a coin is no target but is there.
    for (const target_id of [id, world.coin(alice).object_id]) {
      const early = world.run(alice, { kind: "ClaimRewards", target_id });
      expect(early.effects.unchanged_shared_objects).toEqual([]);
    }
  });

  test("versions rise over a chain, and dependencies name what wrote the inputs", () => {
    const world = new World();
    const [a, b] = [world.coin(alice, 0), world.coin(alice, 1)];
    const first = pay(world, SOMA, [a]);
    const second = pay(world, SOMA, [world.ref(a.object_id)]);
    const third = pay(world, SOMA, [b]);
    const last = pay(world, SOMA, [world.ref(a.object_id), world.ref(b.object_id)]);
    expect(first.effects.dependencies).toEqual([ZERO_DIGEST]);
    expect(second.effects.dependencies).toEqual([first.effects.transaction_digest]);
    const wrote = [second, third].map(({ effects }) => effects.transaction_digest).sort();
    expect(last.effects.dependencies).toEqual(wrote);
    const versions = [first, second, third, last].map(({ effects }) => effects.version);
    expect(versions).toEqual([2n, 3n, 2n, 4n]);
  });

  test("the state given is left as it is, and the same input gives the same output", () => {
    const world = new World();
    const coin = world.coin(alice);
    const data = {
      kind: { kind: "PayCoins", coins: [coin], amounts: [SOMA], recipients: [bob] },
      sender: alice,
      gas_payment: [coin],
    } as const;
    const before = [...world.objects];
    const digest = transactionDigest(data);
    const once = executeTransaction(world, data, digest, world.context());
    const twice = executeTransaction(world, data, digest, world.context());
    expect(twice).toEqual(once);
    expect([...world.objects]).toEqual(before);
  });

  test("system kinds from a sender change nothing (W1)", () => {
    const world = new World();
    const genesis = { kind: "Genesis", objects: [] } as const;
    const change = {
      kind: "ChangeEpoch",
      epoch: 7n,
      epoch_start_timestamp_ms: 0n,
      protocol_version: 1n,
      fees: 10n * SOMA,
      epoch_randomness: new Uint8Array(32),
    } as const;
    for (const kind of [genesis, change, { ...change, epoch: 1n }]) {
      const execution = world.run(alice, kind);
      expect(statusOf(execution)).toBe("InvalidTransactionType");
      expect(execution.effects.changed_objects).toEqual([]);
    }
    const prologue = {
      kind: "ConsensusCommitPrologueV1",
      epoch: 0n,
      round: 1n,
      sub_dag_index: 0n,
      commit_timestamp_ms: 0n,
      consensus_commit_digest: digestFrom("commit"),
      additional_state_digest: digestFrom("state"),
    } as const;
    const execution = world.execute({ kind: prologue, sender: ZERO_ADDRESS, gas_payment: [] });
    expect(statusOf(execution)).toBe("Success");
    expect(execution.effects.changed_objects).toEqual([]);
    expect(execution.effects.transaction_fee.total_fee).toBe(0n);
  });
});
