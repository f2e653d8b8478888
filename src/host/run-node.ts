/**
 * A node, whole: its databases, its connections and the loop that drives it. A validator and a
 * fullnode are the same; the keys in the settings and the committee on chain make the difference.
 * Several nodes run in one process without sharing anything but a verifier.
 *
 * @module
 */
import { join } from "node:path";

import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { type Logger, SILENT_LOG } from "../base/log.ts";
import type { TransportLimits } from "../network/limits.ts";
import type { TransportStats } from "../network/transport.ts";
import type { PeerId } from "../node/io.ts";
import type { CheckpointFeed, LedgerReader, TransactionRunner } from "../rpc/reader.ts";
import { SqlitePending } from "../storage/sqlite-pending.ts";
import type { Digest } from "../types/address.ts";
import { AcceptedCalls } from "./accepted-calls.ts";
import { assemble, type Assembly } from "./assemble.ts";
import type { NodeSettings } from "./config.ts";
import type { Counters } from "./counters.ts";
import { keepHouse } from "./housekeeping.ts";
import { createLedgerReader } from "./ledger-reader.ts";
import { divideMemory, NODE_MEMORY_BYTES } from "./memory.ts";
import { openChain } from "./open-chain.ts";
import { simulate } from "./simulate.ts";
import { Verifier } from "./verifier.ts";

/** What the caller may choose. */
export type NodeOptions = {
  readonly log?: Logger;
  /** Shared by the nodes of a process; without one the node has its own. */
  readonly verifier?: Verifier;
  readonly clock?: Clock;
  readonly transportLimits?: Partial<TransportLimits>;
  /** What it may keep data in, besides what it works with. */
  readonly memoryBytes?: number;
  /** Hears of transactions as this validator learns their place in the order. */
  readonly onOrdered?: (digests: readonly Digest[]) => void;
};

/** A node that runs. */
export type RunningNode = {
  /** The network public key that it shows now, 64 hex digits. */
  readonly peerKey: PeerId;
  /** The port it listens on for other nodes. */
  readonly port: number;
  readonly reader: LedgerReader;
  readonly runner: TransactionRunner;
  readonly feed: CheckpointFeed;
  /** Asks to end the epoch now, which only validators of the committee can do. */
  readonly advanceEpoch: () => void;
  /** The epoch that its certified state is in. */
  readonly epoch: () => bigint;
  readonly stats: () => NodeStats;
  /** Resolves when it has stopped; rejects, after that, if it could not go on. */
  readonly finished: Promise<void>;
  /** Ends the node: nothing that was answered is lost. */
  readonly stop: () => Promise<void>;
};

/** What a node does at the moment and has done since it started. */
export type NodeStats = {
  readonly counters: Readonly<Counters>;
  readonly transport: TransportStats;
  readonly epoch: bigint;
  /** The last certified checkpoint. */
  readonly checkpoint: bigint;
  /** Closed checkpoints that wait for their certificates. */
  readonly uncertified: number;
  /** Transactions that wait for a block. */
  readonly mempool: number;
  /** Clients that wait. */
  readonly calls: number;
  /** The round and the last commit of the epoch, of a validator. */
  readonly consensus: { readonly round: number; readonly commit: number } | undefined;
};

/** The file of accepted transactions beside the ledger. */
const PENDING_FILE = "pending.db";

type Ending = Pick<RunningNode, "finished" | "stop">;

/** Starts a node; it serves what it has at once and connects by itself. */
export async function startNode(
  settings: NodeSettings,
  options: NodeOptions = {},
): Promise<RunningNode> {
  const { log = SILENT_LOG, clock = SYSTEM_CLOCK, transportLimits = {}, onOrdered } = options;
  const memory = divideMemory(options.memoryBytes ?? NODE_MEMORY_BYTES);
  const stores = openChain(settings, memory);
  const verifier = options.verifier ?? new Verifier();
  const closers: (() => Promise<void> | void)[] = [() => stores.close()];
  if (options.verifier === undefined) closers.push(() => verifier.stop());
  const ending = endBy(closers);
  const onFailure = (error: unknown): void => {
    log.error(`the node cannot go on: ${String(error)}`);
    ending.fail(error);
  };
  try {
    const pending = new SqlitePending(join(settings.dbPath, PENDING_FILE));
    closers.push(() => pending.close());
    const means = { settings, stores, memory, verifier, log, clock };
    const parts = assemble({ ...means, transportLimits, onOrdered, onFailure });
    const accepted = acceptCalls(parts, pending, onFailure);
    closers.push(
      () => accepted.stop(),
      () => parts.transport.stop(),
      () => parts.peers.stop(),
      () => parts.driver.stop(),
    );
    await parts.transport.start();
    closers.push(keepHouse(parts, onFailure));
    parts.driver.start(parts.recovered);
    parts.peers.start();
    accepted.resume();
    return describe(parts, accepted, ending);
  } catch (error) {
    await ending.stop();
    throw error;
  }
}

/** Ends what was opened, the last first; `fail` ends it as well and says why. */
function endBy(
  closers: (() => Promise<void> | void)[],
): Ending & { readonly fail: (error: unknown) => void } {
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  let settle = resolve;
  let ended: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
  };
  const stop = (): Promise<void> => (ended ??= close().finally(() => settle()));
  const fail = (error: unknown): void => {
    settle = () => reject(error);
    void stop();
  };
  return { finished, stop, fail };
}

/** What clients ask for is finished, through crashes too. */
function acceptCalls(
  { driver, storage }: Assembly,
  pending: SqlitePending,
  fail: (error: unknown) => void,
): AcceptedCalls {
  return new AcceptedCalls({
    pending,
    check: (transaction) => driver.check(transaction),
    run: (transaction) => driver.execute(transaction),
    executed: (digest) => {
      const final = storage.reader.execution(digest);
      return final && { kind: "Executed", ...final };
    },
    fail,
  });
}

function describe(
  parts: Assembly,
  accepted: AcceptedCalls,
  { finished, stop }: Ending,
): RunningNode {
  const { node, storage, transport, driver, feed, nowMs } = parts;
  return {
    get peerKey() {
      return transport.key;
    },
    port: transport.port,
    reader: createLedgerReader(storage),
    runner: {
      execute: (transaction, signal) => accepted.execute(transaction, signal),
      simulate: (transaction) => simulate(storage, transaction, nowMs()),
    },
    feed: (listener) => feed.listen(listener),
    advanceEpoch: () => driver.input({ kind: "AdvanceEpoch" }),
    epoch: () => node.epoch.setting.number,
    stats: () => statsOf(parts),
    finished,
    stop,
  };
}

function statsOf({ node, transport, driver, counters }: Assembly): NodeStats {
  const { consensus } = node;
  return {
    counters: { ...counters },
    transport: transport.stats(),
    epoch: node.epoch.setting.number,
    checkpoint: node.chain.certifiedSequence,
    uncertified: node.chain.pendingCount,
    mempool: node.mempool.size,
    calls: driver.waiting,
    consensus: consensus && { round: consensus.clock.round, commit: consensus.tip.ref.index },
  };
}
