/**
 * What a validator says about protocol versions: those above the running one that its program
 * supports, each with a digest of what it means by them.
 *
 * @module
 */
import { type Codec, refine, struct, u64, vector } from "../bcs/schema.ts";
import { type Digest, digest } from "./address.ts";

const VERSIONS_MAX = 16;

/** One version, and the digest of its parameters. */
export type VersionVote = { readonly version: bigint; readonly parameters: Digest };

/** Layout of a list of votes, ascending by version. */
export const versionVotes: Codec<readonly VersionVote[]> = refine(
  vector(struct<VersionVote>("VersionVote", { version: u64, parameters: digest }), VERSIONS_MAX),
  (votes) =>
    votes.every(({ version }, place) => place === 0 || version > votes[place - 1]!.version)
      ? undefined
      : "versions are not in ascending order",
);

/** Whether two lists say the same. */
export function sameVotes(left: readonly VersionVote[], right: readonly VersionVote[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ version, parameters }, place) => {
      const other = right[place];
      return version === other?.version && parameters === other.parameters;
    })
  );
}
