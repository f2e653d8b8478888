/**
 * A node, whole: its databases, its connections and the loop that drives it. A validator and a
 * fullnode are the same; the keys in the settings and the committee on chain make the difference.
 * Several nodes run in one process without sharing anything but a verifier.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { type Logger, SILENT_LOG } from "../base/log.ts";
import { blsPublicKey } from "../crypto/bls.ts";
import { ed25519PublicKey, ed25519Sign } from "../crypto/ed25519.ts";
import { issueCertificate } from "../network/certificate.ts";
import type { TransportLimits } from "../network/limits.ts";
import { TlsTransport } from "../network/tls-transport.ts";
import type { TransportStats } from "../network/transport.ts";
import type { PeerId } from "../node/io.ts";
import { createNode, type Node, type NodeConfig, type Recovered } from "../node/state.ts";
import { CONSENSUS_LIMITS } from "../protocol/limits.ts";
import type { CheckpointFeed, LedgerReader, TransactionRunner } from "../rpc/reader.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import type { Committee } from "../types/committee.ts";
import { forwardClock } from "./clock.ts";
import type { NodeSettings } from "./config.ts";
import { type Counters, newCounters } from "./counters.ts";
import { Driver } from "./drive.ts";
import { Feed } from "./feed.ts";
import { createLedgerReader } from "./ledger-reader.ts";
import { NodeStorage } from "./node-storage.ts";
import { openChain } from "./open-chain.ts";
import { listPeers } from "./peers.ts";
import { recover } from "./recover.ts";
import { simulate } from "./simulate.ts";
import type { Stores } from "./stores.ts";
import { type BlsKeyPair, Verifier } from "./verifier.ts";

/** What the caller may choose. */
export type NodeOptions = {
  readonly log?: Logger;
  /** Shared by the nodes of a process; without one the node has its own. */
  readonly verifier?: Verifier;
  readonly clock?: Clock;
  readonly transport?: Partial<TransportLimits>;
};

/** A node that runs. */
export type RunningNode = {
  /** Its network public key, 64 hex digits. */
  readonly peerKey: PeerId;
  /** The port it listens on for other nodes. */
  readonly port: number;
  readonly reader: LedgerReader;
  readonly runner: TransactionRunner;
  readonly feed: CheckpointFeed;
  /** Asks to end the epoch now, which a validator of the committee passes on. */
  readonly advanceEpoch: () => void;
  /** The epoch that its certified state is in. */
  readonly epoch: () => bigint;
  readonly stats: () => NodeStats;
  /** Resolves when it has stopped; rejects if it stopped because it could not go on. */
  readonly finished: Promise<void>;
  readonly stop: () => Promise<void>;
};

/** What a node does at the moment and has done since it started. */
export type NodeStats = {
  readonly counters: Readonly<Counters>;
  readonly transport: TransportStats;
  readonly epoch: bigint;
  readonly checkpoint: bigint;
  /** Closed checkpoints that wait for their certificates. */
  readonly uncertified: number;
  /** Transactions that wait for a block. */
  readonly mempool: number;
  /** Clients that wait. */
  readonly calls: number;
};

/** Housekeeping of the databases, which delays what comes in the meantime. */
const TIDY_MS = 10_000;
// RFC 5280 §4.1.2.5: this date says that a certificate does not end. The key is what counts, and a
// clock that is wrong must not cut a node off.
const VALIDITY = { fromMs: 0, toMs: Date.UTC(9999, 11, 31, 23, 59, 59) };

/** Starts a node; it serves what it has at once and connects by itself. */
export async function startNode(
  settings: NodeSettings,
  options: NodeOptions = {},
): Promise<RunningNode> {
  const stores = openChain(settings);
  const verifier = options.verifier ?? new Verifier();
  const undo = async (): Promise<void> => {
    stores.close();
    if (options.verifier === undefined) await verifier.stop();
  };
  try {
    const finished = Promise.withResolvers<void>();
    const parts = assemble({
      settings,
      options,
      stores,
      verifier,
      onFailure: (error) => {
        options.log?.error(`the node stops: ${String(error)}`);
        void stop().finally(() => finished.reject(error));
      },
    });
    const stop = once(async () => {
      await halt(parts);
      await undo();
      finished.resolve();
    });
    await launch(parts);
    return describe(parts, { finished: finished.promise, stop });
  } catch (error) {
    await undo();
    throw error;
  }
}

type Ingredients = {
  readonly settings: NodeSettings;
  readonly options: NodeOptions;
  readonly stores: Stores;
  readonly verifier: Verifier;
  readonly onFailure: (error: unknown) => void;
};

type Assembly = {
  readonly node: Node;
  readonly recovered: Recovered;
  readonly storage: NodeStorage;
  readonly transport: TlsTransport;
  readonly driver: Driver;
  readonly feed: Feed;
  readonly counters: Counters;
  readonly nowMs: () => number;
  readonly timers: Timer[];
};

function assemble({ settings, options, stores, verifier, onFailure }: Ingredients): Assembly {
  const { log = SILENT_LOG, clock = SYSTEM_CLOCK } = options;
  const identity = identify(settings);
  const { peer, protocolKeys } = identity;
  const storage = new NodeStorage(stores);
  const { gcDepth } = CONSENSUS_LIMITS;
  const recovered = recover(stores, { gcDepth, protocolKey: protocolKeys?.publicKey });
  const nowMs = forwardClock(clock, Number(recovered.tip.summary.timestamp_ms));
  const node = createNode(identity.config, storage.reader, recovered);
  const feed = new Feed();
  const counters = newCounters();
  const transport = new TlsTransport({
    listen: settings.listen,
    key: peer,
    certificate: issueCertificate(settings.networkKey, VALIDITY),
    chainId: storage.chainId,
    epoch: () => node.epoch.setting.number,
    random: Math.random,
    clock,
    events: {
      onMessage: (from, payload) => driver.received(from, payload),
      onConnected: (to) => driver.connected(to),
      onDisconnected: (from, reason) => {
        log.debug(`peer ${from.key.slice(0, 8)} is gone: ${reason}`);
        driver.disconnected(from);
      },
      onRefused: ({ remote, reason }) => log.debug(`connection with ${remote} refused: ${reason}`),
    },
    ...(options.transport && { limits: options.transport }),
  });
  const onEpoch = (epoch: bigint, committee: Committee): void => {
    const { self, peers } = listPeers(committee, peer, settings.observers, log);
    log.info(`epoch ${epoch} begins; this node is ${self === "validator" ? "a" : "no"} validator`);
    transport.setPeers(self, peers);
  };
  const onCheckpoint = (bundle: CheckpointBundle): void => feed.emit(bundle);
  const driver = new Driver({
    ...{ node, storage, transport, verifier, nowMs, protocolKeys, counters, log },
    ...{ onCheckpoint, onEpoch, onFailure },
  });
  return { node, recovered, storage, transport, driver, feed, counters, nowMs, timers: [] };
}

type Identity = {
  readonly peer: PeerId;
  readonly protocolKeys: BlsKeyPair | undefined;
  readonly config: NodeConfig;
};

function identify({ networkKey, validator }: NodeSettings): Identity {
  const peer = toHex(ed25519PublicKey(networkKey));
  const limits = CONSENSUS_LIMITS;
  if (validator === undefined) {
    return { peer, protocolKeys: undefined, config: { peer, identity: undefined, limits } };
  }
  const publicKey = blsPublicKey(validator.protocol);
  const sign = (message: Uint8Array): Uint8Array => ed25519Sign(validator.worker, message);
  const identity = { protocolKey: publicKey, sign };
  const protocolKeys = { secretKey: validator.protocol, publicKey };
  return { peer, protocolKeys, config: { peer, identity, limits } };
}

async function launch({
  transport,
  driver,
  node,
  storage,
  recovered,
  timers,
}: Assembly): Promise<void> {
  await transport.start();
  driver.start(recovered);
  timers.push(setInterval(() => storage.tidy(node.epoch.setting.number), TIDY_MS));
}

async function halt({ transport, driver, timers }: Assembly): Promise<void> {
  for (const timer of timers) clearInterval(timer);
  driver.stop();
  await transport.stop();
}

function describe(
  parts: Assembly,
  { finished, stop }: Pick<RunningNode, "finished" | "stop">,
): RunningNode {
  const { node, storage, transport, driver, feed, counters, nowMs } = parts;
  return {
    peerKey: node.config.peer,
    port: transport.port,
    reader: createLedgerReader(storage),
    runner: {
      execute: (transaction, signal) => driver.execute(transaction, signal),
      simulate: (transaction) => simulate(storage, transaction, nowMs()),
    },
    feed: (listener) => feed.listen(listener),
    advanceEpoch: () => driver.input({ kind: "AdvanceEpoch" }),
    epoch: () => node.epoch.setting.number,
    stats: () => ({
      counters: { ...counters },
      transport: transport.stats(),
      epoch: node.epoch.setting.number,
      checkpoint: node.chain.certifiedSequence,
      uncertified: node.chain.pendingCount,
      mempool: node.mempool.size,
      calls: driver.waiting,
    }),
    finished,
    stop,
  };
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
