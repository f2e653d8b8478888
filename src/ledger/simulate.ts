/**
 * What a transaction would do if it came next. Nobody has to have signed it, and it need not name
 * coins that pay: then one pays that does not exist and holds enough for anything.
 *
 * @module
 */
import { type Digest, type ObjectId, toObjectId, ZERO_DIGEST } from "../types/address.ts";
import { stateDigest, type StateObject } from "../types/entry.ts";
import type { TransactionData } from "../types/transaction.ts";
import type { ExecutionContext } from "./call.ts";
import { executeTransaction } from "./execute.ts";
import type { Execution } from "./outcome.ts";
import type { StateReader } from "./view.ts";

/** The coin that pays when none is named. */
export const SIMULATED_COIN_ID: ObjectId = toObjectId("f".repeat(64));

const SIMULATED_SHANNONS = 1_000_000_000_000_000_000n;

/** Executes on `state` and leaves it as it is. */
export function simulateTransaction(
  state: StateReader,
  transaction: TransactionData,
  digest: Digest,
  context: ExecutionContext,
): Execution {
  const { sender, gas_payment } = transaction;
  if (gas_payment.length > 0) return executeTransaction(state, transaction, digest, context);
  const coin: StateObject = {
    id: SIMULATED_COIN_ID,
    version: 1n,
    owner: { kind: "AddressOwner", address: sender },
    previous_transaction: ZERO_DIGEST,
    content: { kind: "Coin", balance: SIMULATED_SHANNONS },
  };
  const find: StateReader["find"] = (id) => (id === SIMULATED_COIN_ID ? coin : state.find(id));
  const payment = { object_id: coin.id, version: coin.version, digest: stateDigest(coin) };
  const paid = { ...transaction, gas_payment: [payment] };
  return executeTransaction({ find }, paid, digest, context);
}
