/**
 * The faucet in JSON: who shall get coins, and which were sent.
 *
 * @module
 */
import { z } from "zod";

import type { Address, Digest, ObjectId } from "../../types/address.ts";
import { address, digest, objectId, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** A coin that the faucet has sent. */
export type SentCoin = {
  readonly amount: bigint;
  readonly id: ObjectId;
  readonly transfer_tx_digest: Digest;
};

/** The answer of a faucet. */
export type FaucetView = { readonly status: "Success"; readonly coins_sent: readonly SentCoin[] };

/** Who shall get coins, in JSON. */
export const faucetRequest: View<{ readonly recipient: Address }> = z.object({
  recipient: address,
});

/** The answer of a faucet in JSON. */
export const faucetView: View<FaucetView> = z.object({
  status: z.literal("Success"),
  coins_sent: z.array(z.object({ amount: u64, id: objectId, transfer_tx_digest: digest })),
});
