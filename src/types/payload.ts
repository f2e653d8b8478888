/**
 * What a consensus block carries: to consensus opaque bytes, to the node one of these. The author
 * of a message is the author of its block, so no payload names one.
 *
 * @module
 */
import { type Codec, tagged, u64 } from "../bcs/schema.ts";
import { type SignedTransaction, signedTransaction } from "./transaction.ts";
import { type VersionVote, versionVotes } from "./version-vote.ts";

/** One entry of a consensus block. */
export type Payload =
  | { readonly kind: "UserTransaction"; readonly transaction: SignedTransaction }
  /** The author has nothing more to publish in this epoch. */
  | { readonly kind: "EndOfPublish"; readonly epoch: bigint }
  /** The protocol versions to which the author could go on from the running one. */
  | { readonly kind: "Versions"; readonly votes: readonly VersionVote[] };

/** Canonical bytes of a payload. */
export const payload: Codec<Payload> = tagged<Payload>("Payload", {
  UserTransaction: { transaction: signedTransaction },
  EndOfPublish: { epoch: u64 },
  Versions: { votes: versionVotes },
});
