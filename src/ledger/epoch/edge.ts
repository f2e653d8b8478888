/**
 * What an epoch change knows: the epoch that begins and what is left of the one that ends.
 *
 * @module
 */
import type { Digest } from "../../types/address.ts";
import type { ProtocolParameters } from "../../types/protocol-parameters.ts";

/** A change from one epoch to the next. */
export type Edge = {
  /** The epoch that begins. */
  readonly epoch: bigint;
  readonly startMs: bigint;
  /** How long the epoch that ends ran. */
  readonly elapsedMs: bigint;
  readonly endedStartMs: bigint;
  /** What transactions of the epoch that ends paid. */
  readonly fees: bigint;
  /** Seeds the draws of the epoch that begins. */
  readonly randomness: Digest;
  readonly transaction: Digest;
  /** The protocol version from now on. */
  readonly version: bigint;
  /** Those of the epoch that ends, and once an upgrade is done those of the one that begins. */
  readonly protocol: ProtocolParameters;
};
