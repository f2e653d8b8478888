/**
 * Rows of a ledger store for tests: objects, transactions and checkpoints that differ by number.
 *
 * @module
 */
import { utf8 } from "../../src/base/bytes.ts";
import type { CheckpointRow, ListedObject, TransactionWrite } from "../../src/storage/store.ts";

/** An address. */
export const ALICE: string = id(0xa1);
/** Another address. */
export const BOB: string = id(0xb0);

/** A 32-byte id that sorts by `number`. */
export function id(number: number): string {
  return number.toString(16).padStart(64, "0");
}

/** A coin of Alice unless said otherwise. */
export function object(number: number, changes: Partial<ListedObject> = {}): ListedObject {
  const version = changes.version ?? 1n;
  return {
    id: id(number),
    version,
    digest: id(number * 1_000 + Number(version % 1_000n)),
    bytes: utf8(`object ${number} at ${version}`),
    type: "Coin",
    owner: ALICE,
    group: undefined,
    rank: 0n,
    held: 0n,
    ...changes,
  };
}

/** A transaction of checkpoint 0 unless said otherwise. */
export function transaction(
  sequence: number,
  changes: Partial<TransactionWrite> = {},
): TransactionWrite {
  return {
    sequence: BigInt(sequence),
    digest: id(0x7000 + sequence),
    checkpoint: 0n,
    bytes: utf8(`transaction ${sequence}`),
    effects: utf8(`effects ${sequence}`),
    addresses: [ALICE],
    ...changes,
  };
}

/** A checkpoint with one transaction. */
export function checkpoint(sequence: number): CheckpointRow {
  return {
    sequence: BigInt(sequence),
    digest: id(0xc000 + sequence),
    firstTransaction: BigInt(sequence),
    transactionCount: 1,
    summary: utf8(`summary ${sequence}`),
    contents: utf8(`contents ${sequence}`),
    certificate: utf8(`certificate ${sequence}`),
  };
}
