/**
 * What a fullnode accepted is finished, whatever happens to the client or to the node.
 *
 * @module
 */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { encode } from "../../src/bcs/schema.ts";
import { AcceptedCalls } from "../../src/host/accepted-calls.ts";
import { readConfig } from "../../src/host/config.ts";
import { startNode } from "../../src/host/run-node.ts";
import type { ExecuteOutcome } from "../../src/node/io.ts";
import { SqlitePending } from "../../src/storage/sqlite-pending.ts";
import { toObjectId, ZERO_DIGEST } from "../../src/types/address.ts";
import {
  type SignedTransaction,
  signedTransaction,
  transactionDigest,
} from "../../src/types/transaction.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import {
  ALICE,
  BOB,
  coinsOf,
  startNetwork,
  transfer,
  until,
  VALIDATORS,
  writeNetwork,
} from "./network.ts";

afterEach(removeTemporary);

const REFUSED: ExecuteOutcome = {
  kind: "Refused",
  refusal: { reason: "Invalid", detail: "as a test wants it" },
};

function newNetwork(): string {
  const directory = temporaryDirectory();
  writeNetwork(directory);
  return directory;
}

function pendingIn(directory: string): number {
  const pending = new SqlitePending(join(directory, "fullnode", "pending.db"));
  const { length } = pending.all();
  pending.close();
  return length;
}

test("a node that starts again finishes what it had accepted", async () => {
  const directory = newNetwork();
  // Nobody is there to execute anything.
  const alone = await startNode(readConfig(join(directory, `node-${VALIDATORS}.yaml`)));
  const coin = present(coinsOf(alone, ALICE)[0], "a coin");
  const transaction = transfer(ALICE, coin, BOB, 5n);
  const call = alone.runner.execute(transaction, new AbortController().signal);
  call.catch(() => undefined);
  await until(() => alone.stats().calls !== 0);
  await alone.stop();
  await expect(call).rejects.toMatchObject({ code: "node_stopped" });
  expect(pendingIn(directory)).toBe(1);

  const network = await startNetwork(directory);
  const digest = transactionDigest(transaction.data);
  await until(() => network.fullnode.reader.transaction(digest) !== undefined);
  await until(() => network.fullnode.stats().calls === 0);
  await network.stop();
  expect(pendingIn(directory)).toBe(0);
});

test("a client that goes away does not stop its transaction; two are answered alike", async () => {
  const directory = newNetwork();
  const network = await startNetwork(directory);
  const { runner, reader } = network.fullnode;
  const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
  const transaction = transfer(ALICE, coin, BOB, 6n);
  const controller = new AbortController();
  const gone = runner.execute(transaction, controller.signal);
  const other = runner.execute(transaction, new AbortController().signal);
  await until(() => network.fullnode.stats().calls !== 0);
  controller.abort(new Error("gone"));
  await expect(gone).rejects.toThrow("gone");
  const outcome = await other;
  expect(outcome.kind).toBe("Executed");
  expect(await runner.execute(transaction, new AbortController().signal)).toEqual(outcome);
  expect(reader.transaction(transactionDigest(transaction.data))).toBeDefined();
  await network.stop();
  expect(pendingIn(directory)).toBe(0);
});

test("transactions that wait are limited by their bytes, and make room when they end", async () => {
  const pending = new SqlitePending(join(temporaryDirectory(), "pending.db"));
  const coin = { object_id: toObjectId("07".repeat(32)), version: 1n, digest: ZERO_DIGEST };
  const [first, second, third] = [1n, 2n, 3n].map((amount) => transfer(ALICE, coin, BOB, amount));
  const ends = new Map<SignedTransaction, (outcome: ExecuteOutcome) => void>();
  const accepted = new AcceptedCalls({
    pending,
    check: () => Promise.resolve(undefined),
    run: (transaction) => new Promise((resolve) => ends.set(transaction, resolve)),
    executed: () => undefined,
    fail: (error) => expect.unreachable(String(error)),
    bytesMax: encode(signedTransaction, first!).length * 2,
  });
  const execute = (transaction: SignedTransaction): Promise<ExecuteOutcome> =>
    accepted.execute(transaction, new AbortController().signal);
  const ended = execute(first!);
  void execute(second!);
  expect(await execute(third!)).toMatchObject({ refusal: { reason: "Overloaded" } });
  await until(() => ends.size === 2);
  ends.get(first!)!(REFUSED);
  expect(await ended).toBe(REFUSED);
  void execute(third!);
  await until(() => ends.size === 3);
  accepted.stop();
  pending.close();
});
