/**
 * Transactions in JSON: what a transaction did, in the words of the ledger. Only objects that
 * clients can see are listed; the transaction itself comes along in BCS.
 *
 * @module
 */
import { z } from "zod";

import type { Address, Digest, ObjectId } from "../../types/address.ts";
import type { ExecutionStatus } from "../../types/effects.ts";
import { describeFault, faultHint } from "../../types/fault.ts";
import type { TransactionFee } from "../../types/fee.ts";
import type { Owner } from "../../types/owner.ts";
import { owner } from "./owner.ts";
import { address, bytes, count, digest, objectId, signed, u64 } from "./primitives.ts";
import { mappedView, type View } from "./view.ts";

/** How an execution ended; `code` is the ledger's name of the fault. */
export type StatusView =
  | { readonly kind: "Success" }
  | {
      readonly kind: "Failure";
      readonly code: string;
      readonly error: string;
      readonly hint: string;
    };

/** An object as a transaction left it; the owner of a deleted one is its last. */
export type ChangeView = {
  readonly object_id: ObjectId;
  readonly version: bigint;
  readonly digest: Digest;
  readonly owner: Owner;
};

/** How much more or less an address holds in coins. */
export type BalanceChange = { readonly address: Address; readonly amount: bigint };

/** Which objects a transaction changed. */
export type ChangesView = {
  readonly created: readonly ChangeView[];
  /** Without the coin that paid. */
  readonly mutated: readonly ChangeView[];
  readonly deleted: readonly ChangeView[];
  /** The coin that paid. */
  readonly gas_object?: ChangeView | undefined;
  /** Absent when a state before or after is no longer kept. */
  readonly balance_changes?: readonly BalanceChange[] | undefined;
  /** Changes beyond those that one answer lists. */
  readonly omitted_changes?: bigint | undefined;
};

/** What a transaction would do. */
export type SimulationView = ChangesView & {
  readonly digest: Digest;
  readonly status: StatusView;
  readonly executed_epoch: bigint;
  readonly fee: TransactionFee;
  /** All of the fee. */
  readonly gas_used: bigint;
};

/** What a final transaction did. */
export type TransactionView = ChangesView & {
  readonly digest: Digest;
  readonly status: StatusView;
  readonly executed_epoch: bigint;
  readonly checkpoint: bigint;
  readonly timestamp_ms: bigint;
  readonly sender: Address;
  /** The name of its kind, such as `TransferCoin`. */
  readonly kind: string;
  readonly fee: TransactionFee;
  /** BCS of the transaction. */
  readonly tx_bytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
};

/** A transaction to execute (BCS with signatures) or to simulate (BCS without). */
export type TransactionRequest = { readonly tx_bytes: Uint8Array };

/** The parts of a fee. */
export const feeView: View<TransactionFee> = z.object({
  base_fee: u64,
  operation_fee: u64,
  value_fee: u64,
  total_fee: u64,
});

type StatusJson =
  | "Success"
  | {
      readonly Failure: { readonly error: string; readonly code: string; readonly hint: string };
    };

const statusJson: View<StatusJson> = z.union([
  z.literal("Success"),
  z.object({ Failure: z.object({ error: z.string(), code: z.string(), hint: z.string() }) }),
]);

const status: View<StatusView> = mappedView(statusJson, readStatus, writeStatus);

const change: View<ChangeView> = z.object({ object_id: objectId, version: u64, digest, owner });

const changes = {
  created: z.array(change),
  mutated: z.array(change),
  deleted: z.array(change),
  gas_object: change.optional(),
  balance_changes: z.array(z.object({ address, amount: signed })).optional(),
  omitted_changes: count.optional(),
};

const outcome = { digest, status, executed_epoch: count, fee: feeView };

/** What a final transaction did, in JSON. */
export const transactionView: View<TransactionView> = z.object({
  ...outcome,
  checkpoint: u64,
  timestamp_ms: u64,
  sender: address,
  kind: z.string(),
  ...changes,
  tx_bytes: bytes,
  signatures: z.array(bytes),
});

/** What a transaction would do, in JSON. */
export const simulationView: View<SimulationView> = z.object({
  ...outcome,
  gas_used: u64,
  ...changes,
});

/** The body of a request to execute or simulate. */
export const transactionRequest: View<TransactionRequest> = z.strictObject({ tx_bytes: bytes });

/** What there is to say about how an execution ended. */
export function viewStatus(ended: ExecutionStatus): StatusView {
  if (ended.kind === "Success") return { kind: "Success" };
  const { error } = ended;
  return {
    kind: "Failure",
    code: error.kind,
    error: describeFault(error),
    hint: faultHint(error),
  };
}

function readStatus(json: StatusJson): StatusView {
  return json === "Success" ? { kind: "Success" } : { kind: "Failure", ...json.Failure };
}

function writeStatus(value: StatusView): StatusJson {
  if (value.kind === "Success") return "Success";
  const { kind: _, ...failure } = value;
  return { Failure: failure };
}
