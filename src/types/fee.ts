/**
 * What a transaction costs: a base fee always, a fee by written object and a share of the value
 * moved on success.
 *
 * @module
 */
import { type Codec, struct, u64 } from "../bcs/schema.ts";

/** The parts of a fee, in shannons, and their sum. */
export type TransactionFee = {
  readonly base_fee: bigint;
  readonly operation_fee: bigint;
  readonly value_fee: bigint;
  readonly total_fee: bigint;
};

/** No fee: what system transactions cost. */
export const NO_FEE: TransactionFee = {
  base_fee: 0n,
  operation_fee: 0n,
  value_fee: 0n,
  total_fee: 0n,
};

/** Layout of `TransactionFee`. */
export const transactionFee: Codec<TransactionFee> = struct<TransactionFee>("TransactionFee", {
  base_fee: u64,
  operation_fee: u64,
  value_fee: u64,
  total_fee: u64,
});

/** Two fees, part by part. */
export function addFees(left: TransactionFee, right: TransactionFee): TransactionFee {
  return {
    base_fee: left.base_fee + right.base_fee,
    operation_fee: left.operation_fee + right.operation_fee,
    value_fee: left.value_fee + right.value_fee,
    total_fee: left.total_fee + right.total_fee,
  };
}
