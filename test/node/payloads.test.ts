/**
 * Payloads of blocks: decoded once, and invalid as a whole when one entry breaks a rule.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  compatible,
  encodeEndOfPublish,
  encodeUserPayload,
  forgetPayloads,
  payloadsOf,
} from "../../src/node/payloads.ts";
import { toAddress, toDigest, toObjectId } from "../../src/types/address.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { type SignedTransaction, systemTransaction } from "../../src/types/transaction.ts";

const hex = (n: number): string => n.toString(16).padStart(64, "0");
const ref = (n: number): ObjectRef => ({
  object_id: toObjectId(hex(n)),
  version: 1n,
  digest: toDigest(hex(n)),
});

function transfer(coin: number, amount: bigint): SignedTransaction {
  const recipient = toAddress(hex(2));
  return {
    data: {
      kind: { kind: "TransferCoin", coin: ref(coin), amount, recipient },
      sender: toAddress(hex(1)),
      gas_payment: [ref(coin)],
    },
    signatures: [new Uint8Array(97)],
  };
}

const reason = (transactions: readonly Uint8Array[]): string | undefined => {
  const payloads = payloadsOf(transactions);
  return payloads.ok ? undefined : payloads.error;
};

describe("compatible", () => {
  test("of two that use one object, in whatever version, only the first stays", () => {
    const [first, second] = [transfer(1, 5n), transfer(1, 6n)];
    const later = { ...ref(1), version: 2n };
    const data = { ...second.data, gas_payment: [later] };
    const kind = { ...first.data.kind, coin: later } as typeof first.data.kind;
    const conflicting = encodeUserPayload({ ...second, data: { ...data, kind } });
    const [one, other] = [encodeUserPayload(first), encodeUserPayload(transfer(3, 5n))];
    const last = encodeEndOfPublish(3n);
    expect(reason([one, conflicting, other, last])).toContain("owned input");
    expect(compatible([one, conflicting, other, last])).toEqual([one, other, last]);
  });

  test("what has no conflict stays as it is", () => {
    const all = [encodeUserPayload(transfer(1, 5n)), encodeUserPayload(transfer(2, 5n))];
    expect(compatible(all)).toBe(all);
  });
});

describe("payloads", () => {
  test("user transactions and the end of publishing, in order", () => {
    const bytes = [encodeUserPayload(transfer(1, 5n)), encodeEndOfPublish(3n)];
    const payloads = payloadsOf(bytes);
    expect(payloads.ok && payloads.value.map((one) => one.kind)).toEqual([
      "UserTransaction",
      "EndOfPublish",
    ]);
    expect(payloadsOf(bytes)).toBe(payloads);
  });

  test("what was encoded here is not decoded again, unless it was taken leave of", () => {
    const transaction = transfer(1, 5n);
    const bytes = encodeUserPayload(transaction);
    const said = (): unknown => {
      const payloads = payloadsOf([bytes]);
      const [first] = payloads.ok ? payloads.value : [];
      return first?.kind === "UserTransaction" ? first.transaction : undefined;
    };
    expect(said()).toBe(transaction);
    forgetPayloads([bytes]);
    expect(said()).not.toBe(transaction);
    expect(said()).toEqual(transaction);
  });

  test("rubbish, a shared input, a repeated digest and a system kind make it invalid", () => {
    expect(reason([Uint8Array.of(9)])).toContain("payload 0");
    const once = encodeUserPayload(transfer(1, 5n));
    expect(reason([once, encodeUserPayload(transfer(1, 6n))])).toContain("owned input");
    expect(reason([once, once])).toContain("repeats");
    const system = systemTransaction({
      kind: "ChangeEpoch",
      epoch: 1n,
      epoch_start_timestamp_ms: 0n,
      protocol_version: 1n,
      fees: 0n,
      epoch_randomness: new Uint8Array(32),
    });
    expect(reason([encodeUserPayload(system)])).toContain("system");
  });

  test("a transaction without exactly one signature makes it invalid", () => {
    const unsigned = { ...transfer(1, 5n), signatures: [] };
    expect(reason([encodeUserPayload(unsigned)])).toContain("signature");
  });
});
