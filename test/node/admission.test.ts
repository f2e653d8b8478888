/**
 * The door: what is refused before it reaches a block, and with which words.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  payingCoin,
  refuse,
  refuseByState,
  toClient,
  transactionCheck,
} from "../../src/node/admission.ts";
import { nameTransaction } from "../../src/node/submit.ts";
import { toObjectId } from "../../src/types/address.ts";
import { systemTransaction } from "../../src/types/transaction.ts";
import { network, NodeUnderTest, START_MS, transfer } from "./network.ts";

const setup = network();
const [alice, bob] = [setup.accounts[0]!, setup.accounts[1]!];
const { node, ...under } = new NodeUnderTest(setup, 0);
const coin = new NodeUnderTest(setup, 4).coins(alice)[0]!;
const sent = transfer(alice, bob, coin);

describe("the signature", () => {
  test("to verify is the sender's, over the transaction", () => {
    const check = transactionCheck(sent);
    expect(check).toMatchObject({ kind: "User", address: alice.address });
  });

  test("must be exactly one, and system kinds have none that counts", () => {
    expect(transactionCheck({ ...sent, signatures: [] })).toContain("exactly one signature");
    const two = [sent.signatures[0]!, sent.signatures[0]!];
    expect(transactionCheck({ ...sent, signatures: two })).toContain("not 2");
    const system = systemTransaction({ kind: "Genesis", objects: [] } as never);
    expect(transactionCheck(system)).toContain("only the network itself");
  });
});

describe("the state", () => {
  test("lets a good transaction in", () => {
    expect(refuse(node.chain, node.reservations, nameTransaction(sent))).toBeUndefined();
    expect(payingCoin(sent.data)).toBe(coin.object_id);
    expect(under.started.length).toBeGreaterThan(0);
  });

  test("that has not seen an object yet may be behind", () => {
    const unknown = { ...coin, object_id: toObjectId("9".repeat(64)) };
    const refusal = refuseByState(node.chain, transfer(alice, bob, unknown).data);
    expect(refusal?.reason).toBe("Behind");
    // Between validators, that is: a client is told what this node knows.
    expect(toClient(refusal)).toEqual({ ...refusal!, reason: "Invalid" });
    expect(toClient(undefined)).toBeUndefined();
  });

  test("that is past the named version says which it has", () => {
    const old = { ...coin, version: coin.version - 1n };
    const refusal = refuseByState(node.chain, transfer(alice, bob, old).data);
    expect(refusal?.reason).toBe("Stale");
    expect(toClient(refusal)).toEqual(refusal);
    expect(refusal?.detail).toContain("current version");
  });

  test("knows whose coin it is", () => {
    expect(refuseByState(node.chain, transfer(bob, alice, coin).data)?.reason).toBe("Invalid");
  });
});

test("a held input is refused to others by the holder's name, not to the holder", () => {
  const other = nameTransaction(transfer(alice, bob, coin, 7n));
  node.reservations.reserve(nameTransaction(sent).digest, [coin], START_MS);
  expect(refuse(node.chain, node.reservations, nameTransaction(sent))).toBeUndefined();
  const refusal = refuse(node.chain, node.reservations, other);
  expect(refusal?.reason).toBe("Locked");
  expect(refusal?.detail).toContain("already locked by a different transaction");
});
