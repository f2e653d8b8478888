/**
 * What the gRPC surface is given: the node's state, its way to run transactions, and who is told of
 * our own bugs.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import type { CheckpointFeed, LedgerReader, TransactionRunner } from "../reader.ts";
import type { Turns } from "../turns.ts";

/** What the gRPC surface is given. */
export type GrpcPorts = {
  /** The name of the network, such as `localnet`. */
  readonly chain: string;
  readonly reader: LedgerReader;
  readonly runner: TransactionRunner;
  readonly feed: CheckpointFeed;
  readonly clock: Clock;
  /** Shared with the node's other doors; without it this one has its own. */
  readonly turns?: Turns;
};
