/**
 * The node's gRPC services over a chain that really executes.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { present } from "../../../src/base/assert.ts";
import { SYSTEM_STATE_ID } from "../../../src/types/address.ts";
import { formatDigest } from "../../../src/types/text.ts";
import { type TransactionData, transactionDigest } from "../../../src/types/transaction.ts";
import {
  LedgerService,
  Owner_OwnerKind,
  StateService,
  TransactionExecutionService,
} from "../../../src/wire/generated/soma_pb.js";
import { signatureMessage } from "../../../src/wire/grpc/signature.ts";
import { GRPC_CODE } from "../../../src/wire/grpc/status.ts";
import { transactionMessage } from "../../../src/wire/grpc/transaction.ts";
import { SOMA } from "../../ledger/fixtures.ts";
import { NodePort } from "../node-port.ts";
import { ALICE, BOB, NOBODY, transfer } from "../surface.ts";

const { method: ledger } = LedgerService;
const { method: state } = StateService;
const { method: execution } = TransactionExecutionService;

let node: NodePort;

beforeAll(async () => {
  node = new NodePort();
  await node.start();
});

afterAll(() => node.stop());

const paths = (...names: string[]) => ({ paths: names });

function signed(data: TransactionData) {
  const [signature] = ALICE.sign(data).signatures;
  return {
    transaction: transactionMessage(data, transactionDigest(data)),
    signatures: [signatureMessage(present(signature, "a signature"))],
  };
}

function payment(amount: bigint): TransactionData {
  return transfer(node.surface, ALICE, BOB.address, amount);
}

describe("LedgerService", () => {
  test("the service tells all of itself", async () => {
    const info = await node.ask(ledger.getServiceInfo, {});
    expect(info).toMatchObject({ chain: "localnet", epoch: 0n, server: "soma-node/0.1.19" });
    expect(info.lowestAvailableCheckpoint).toBe(0n);
    expect(info.chainId).toBe(formatDigest(node.surface.chain.reader.chainId));
  });

  test("an object: what is asked for, and what is given to those who do not ask", async () => {
    const { object_id: id, version } = node.surface.chain.world.coin(ALICE.address);
    const { object: brief } = await node.ask(ledger.getObject, { objectId: id });
    expect(Object.keys(present(brief, "an object")).sort()).toEqual(
      ["$typeName", "objectId", "version", "digest"].sort(),
    );
    const { object } = await node.ask(ledger.getObject, {
      objectId: `0x${id}`,
      version,
      readMask: paths("owner", "object_type", "contents"),
    });
    expect(object).toMatchObject({
      objectType: "Coin",
      owner: { kind: Owner_OwnerKind.ADDRESS, address: ALICE.address },
    });
    expect(object?.contents?.length).toBe(8);
    expect(object?.digest).toBeUndefined();
  });

  test("the system state is an object too", async () => {
    const { object } = await node.ask(ledger.getObject, {
      objectId: SYSTEM_STATE_ID,
      readMask: paths("*"),
    });
    expect(object?.objectType).toBe("SystemState");
    expect(object?.owner).toMatchObject({ kind: Owner_OwnerKind.SHARED, version: 1n });
  });

  test("what is not there, and what cannot be asked for", async () => {
    const nothing = await node.call(ledger.getObject, { objectId: "ab".repeat(32) });
    expect([nothing.status, nothing.message]).toEqual([
      GRPC_CODE.notFound,
      `Object 0x${"ab".repeat(32)} not found`,
    ]);
    const missing = await node.call(ledger.getObject, {});
    expect([missing.status, missing.message]).toEqual([
      GRPC_CODE.invalidArgument,
      "object_id: is missing",
    ]);
    const zero = await node.call(ledger.getObject, { objectId: "0x\0".padEnd(66, "1") });
    expect(zero.message).toStartWith("object_id: ");
    const mask = await node.call(ledger.getObject, {
      objectId: SYSTEM_STATE_ID,
      readMask: paths("nonsense"),
    });
    expect(mask.message).toStartWith("read_mask: path `nonsense` names no field");
  });

  test("a batch answers each request by itself, and names the place of what is wrong", async () => {
    const { object_id: objectId } = node.surface.chain.world.coin(ALICE.address);
    const { objects } = await node.ask(ledger.batchGetObjects, {
      requests: [{ objectId }, { objectId: "ab".repeat(32) }, {}],
    });
    expect(objects.map(({ result }) => result.case)).toEqual(["object", "error", "error"]);
    expect(objects[2]?.result.value).toMatchObject({
      message: "requests[2].object_id: is missing",
    });
    const many = Array.from({ length: 1_001 }, () => ({ objectId }));
    const refused = await node.call(ledger.batchGetObjects, { requests: many });
    expect(refused.message).toStartWith("requests: has 1001 items");
  });

  test("transactions and checkpoints, by name and by number", async () => {
    const data = payment(SOMA);
    await node.ask(execution.executeTransaction, signed(data));
    const digest = formatDigest(transactionDigest(data));
    const { transaction } = await node.ask(ledger.getTransaction, { digest, readMask: paths("*") });
    expect(transaction).toMatchObject({ digest, transaction: { sender: ALICE.address } });
    expect(transaction?.effects?.status).toMatchObject({ success: true });
    const amounts = transaction?.balanceChanges.map(({ amount }) => BigInt(amount ?? 0));
    expect(amounts?.some((amount) => amount === SOMA)).toBe(true);
    expect(transaction?.objects?.objects.length).toBeGreaterThan(0);
    const { checkpoint: latest } = await node.ask(ledger.getCheckpoint, { readMask: paths("*") });
    expect(latest?.transactions.map((one) => one.digest)).toEqual([digest]);
    const { checkpoint: same } = await node.ask(ledger.getCheckpoint, {
      checkpointId: { case: "digest", value: present(latest?.digest, "a digest") },
    });
    expect(same?.sequenceNumber).toBe(latest?.sequenceNumber);
    const { transactions } = await node.ask(ledger.batchGetTransactions, {
      digests: [digest, "?"],
    });
    expect(transactions.map(({ result }) => result.case)).toEqual(["transaction", "error"]);
  });

  test("an epoch with everything that the published package insists on", async () => {
    const { epoch } = await node.ask(ledger.getEpoch, { readMask: paths("*") });
    const network = present(epoch?.systemState, "the system state");
    expect(network).toMatchObject({ epoch: 0n, safeMode: false, safeModeAccumulatedFees: 0n });
    const { stakingPool } = present(network.validators?.validators[0], "a validator");
    expect(stakingPool?.pendingStake).toBe(0n);
    expect(Object.keys(network.modelRegistry?.models ?? {})[0]).toMatch(/^0x[0-9a-f]{64}$/);
    expect(epoch?.protocolConfig?.attributes["model_architecture_version"]).toBe("1");
    const { epoch: brief } = await node.ask(ledger.getEpoch, { readMask: paths("epoch") });
    expect(brief?.systemState).toBeUndefined();
    expect((await node.call(ledger.getEpoch, { epoch: 99n })).status).toBe(GRPC_CODE.notFound);
  });
});

describe("StateService", () => {
  test("nobody has nothing, and it says so", async () => {
    const { balance } = await node.ask(state.getBalance, { owner: `0x${NOBODY.address}` });
    expect(balance).toBe(0n);
    const bare = await node.ask(state.getBalance, { owner: ALICE.address });
    expect(bare.balance).toBeGreaterThan(2_900n * SOMA);
  });

  test("pages go on where they ended, and only of the list that gave the token", async () => {
    const seen: string[] = [];
    let pageToken: Uint8Array | undefined;
    let pages = 0;
    do {
      const page = await node.ask(state.listOwnedObjects, {
        owner: BOB.address,
        pageSize: 2,
        ...(pageToken && { pageToken }),
      });
      seen.push(...page.objects.map((object) => present(object.objectId, "an id")));
      pageToken = page.nextPageToken;
      pages++;
    } while (pageToken !== undefined);
    expect(pages).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(seen.length);
    const first = await node.ask(state.listOwnedObjects, { owner: BOB.address, pageSize: 1 });
    const token = present(first.nextPageToken, "a token");
    const foreign = await node.call(state.listOwnedObjects, {
      owner: ALICE.address,
      pageToken: token,
    });
    expect(foreign.message).toStartWith("page_token: ");
    const forged = token.map((byte, place) => (place === token.length - 1 ? byte ^ 1 : byte));
    const odd = await node.call(state.listOwnedObjects, { owner: BOB.address, pageToken: forged });
    expect([GRPC_CODE.ok, GRPC_CODE.invalidArgument] as number[]).toContain(odd.status);
    const type = await node.call(state.listOwnedObjects, {
      owner: BOB.address,
      objectType: "Submission",
    });
    expect(type.message).toStartWith("object_type: ");
  });

  test("targets by status, whole ids in them", async () => {
    const { targets } = await node.ask(state.listTargets, {
      statusFilter: "OPEN",
      pageSize: 3,
      readMask: paths("id", "model_ids", "status", "distance_threshold", "bond_amount"),
    });
    expect(targets).toHaveLength(3);
    expect(targets[0]).toMatchObject({ status: "open", bondAmount: 0n });
    expect(targets[0]?.modelIds[0]).toMatch(/^0x[0-9a-f]{64}$/);
    const targetId = present(targets[0]?.id, "an id");
    const { target } = await node.ask(state.getTarget, { targetId });
    expect(target).toMatchObject({ id: targetId, status: "open" });
    expect((await node.call(state.listTargets, { statusFilter: "odd" })).message).toStartWith(
      "status_filter: ",
    );
    expect((await node.call(state.getChallenge, {})).status).toBe(GRPC_CODE.unimplemented);
  });
});

describe("TransactionExecutionService", () => {
  test("the same transaction twice gives the same answer", async () => {
    const request = signed(payment(2n * SOMA));
    const first = await node.ask(execution.executeTransaction, request);
    const second = await node.ask(execution.executeTransaction, request);
    expect(second).toEqual(first);
    expect(first.transaction?.effects?.fee?.totalFee).toBeGreaterThan(0n);
  });

  test("a failure is an answer, with a kind and numbers for programs", async () => {
    const { transaction } = await node.ask(
      execution.executeTransaction,
      signed(payment(10n ** 15n)),
    );
    const status = present(transaction?.effects?.status, "a status");
    expect(status.success).toBe(false);
    expect(status.error?.description).toContain("coins do not hold enough");
  });

  test.each([
    ["Stale", GRPC_CODE.failedPrecondition],
    ["Locked", GRPC_CODE.failedPrecondition],
    ["Invalid", GRPC_CODE.invalidArgument],
    ["Timeout", GRPC_CODE.unavailable],
    ["Overloaded", GRPC_CODE.unavailable],
  ] as const)("%s is refused in the node's own words", async (reason, code) => {
    node.surface.chain.refusals.push({ reason, detail: `the words of ${reason}` });
    const { status, message } = await node.call(
      execution.executeTransaction,
      signed(payment(3n * SOMA)),
    );
    expect([status, message]).toEqual([code, `the words of ${reason}`]);
  });

  test("a signature of somebody else", async () => {
    const { signatures } = signed(payment(4n));
    const request = { ...signed(payment(SOMA)), signatures };
    const { status } = await node.call(execution.executeTransaction, request);
    expect(status).toBe(GRPC_CODE.invalidArgument);
  });

  test("a simulation chooses coins to pay with when it is given none", async () => {
    const data = { ...payment(SOMA), gas_payment: [] };
    const request = { transaction: transactionMessage(data, transactionDigest(data)) };
    const { transaction } = await node.ask(execution.simulateTransaction, {
      ...request,
      readMask: paths("transaction.effects", "transaction.balance_changes"),
    });
    expect(transaction?.effects?.status).toMatchObject({ success: true });
    expect(transaction?.balanceChanges.length).toBeGreaterThan(0);
    expect(transaction?.transaction).toBeUndefined();
  });
});

test("nothing of all this was our own trouble", () => {
  expect(node.reported).toEqual([]);
});
