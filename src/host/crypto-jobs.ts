/**
 * What is asked of the worker that does BLS: a signature costs 5 ms and a pairing 30, which would
 * stop everything else in the thread that runs nodes.
 *
 * @module
 */

/** One piece of work. */
export type CryptoJob =
  | { readonly kind: "Sign"; readonly secretKey: Uint8Array; readonly message: Uint8Array }
  | ({ readonly kind: "Verify" } & AggregateClaim)
  /** Adds signatures up and, unless each is known to be valid, verifies the sum. */
  | ({ readonly kind: "Aggregate"; readonly areValid: boolean } & SignatureList);

/** That `signature` is the sum of all keys' signatures of `message`. */
export type AggregateClaim = {
  readonly publicKeys: readonly Uint8Array[];
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

/** Signatures of one message, in the order of their keys. */
export type SignatureList = {
  readonly publicKeys: readonly Uint8Array[];
  readonly message: Uint8Array;
  readonly signatures: readonly Uint8Array[];
};

/** A sum of signatures, or the places of those that are invalid. */
export type AggregateAnswer = {
  readonly signature: Uint8Array | undefined;
  readonly invalid: readonly number[];
};

/** What each kind of work gives. */
export type CryptoAnswers = {
  readonly Sign: Uint8Array;
  readonly Verify: boolean;
  readonly Aggregate: AggregateAnswer;
};
