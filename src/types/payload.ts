/**
 * What a consensus block carries: to consensus opaque bytes, to the node one of these. The author
 * of a message is the author of its block, so no payload names one.
 *
 * @module
 */
import { type Codec, tagged, u64 } from "../bcs/schema.ts";
import { type SignedTransaction, signedTransaction } from "./transaction.ts";

/** One entry of a consensus block. */
export type Payload =
  | { readonly kind: "UserTransaction"; readonly transaction: SignedTransaction }
  /** The author has nothing more to publish in this epoch. */
  | { readonly kind: "EndOfPublish"; readonly epoch: bigint };

/** Canonical bytes of a payload. */
export const payload: Codec<Payload> = tagged<Payload>("Payload", {
  UserTransaction: { transaction: signedTransaction },
  EndOfPublish: { epoch: u64 },
});
