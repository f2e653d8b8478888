/**
 * The name of a commit: its place in the sequence and its digest. Blocks carry such names as votes
 * on the sequence that their author computed.
 *
 * @module
 */
import { type Codec, hex32, struct, u32 } from "../bcs/schema.ts";
import type { Digest } from "./address.ts";

/** Names one commit. */
export type CommitRef = {
  /** From 1 on in every epoch. */
  readonly index: number;
  readonly digest: Digest;
};

/** Layout of `CommitRef`. */
export const commitRef: Codec<CommitRef> = struct<CommitRef>("CommitRef", {
  index: u32,
  digest: hex32<Digest>("Digest"),
});
