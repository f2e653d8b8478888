/**
 * Puts a node together from its settings and its open databases: the step function, the connections
 * and the loop between them.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { forwardClock } from "../base/forward-clock.ts";
import { type Logger, SILENT_LOG } from "../base/log.ts";
import type { TransportLimits } from "../network/limits.ts";
import { TlsTransport } from "../network/tls-transport.ts";
import type { TransportEvents } from "../network/transport.ts";
import type { PeerId } from "../node/io.ts";
import { createNode, type Node, type NodeConfig, type Recovered } from "../node/state.ts";
import { CONSENSUS_LIMITS } from "../protocol/limits.ts";
import type { Digest } from "../types/address.ts";
import type { NodeSettings } from "./config.ts";
import { type Counters, newCounters } from "./counters.ts";
import { Driver } from "./drive.ts";
import { Feed } from "./feed.ts";
import { KeyRing } from "./key-ring.ts";
import { type KnownPeers, readKnownPeers } from "./known-peers.ts";
import type { MemoryPlan } from "./memory.ts";
import { NodeStorage } from "./node-storage.ts";
import { PeerBook } from "./peer-book.ts";
import { readFormer, recover } from "./recover.ts";
import { repeatChange } from "./repeat-change.ts";
import { StagedKeys } from "./staged-keys.ts";
import type { Stores } from "./stores.ts";
import type { Verifier } from "./verifier.ts";

/** What a node is made of. */
export type Ingredients = {
  readonly settings: NodeSettings;
  readonly stores: Stores;
  readonly memory: MemoryPlan;
  readonly verifier: Verifier;
  readonly log: Logger;
  readonly clock: Clock;
  readonly transportLimits: Partial<TransportLimits>;
  readonly onOrdered: ((digests: readonly Digest[]) => void) | undefined;
  readonly onFailure: (error: unknown) => void;
};

/** A node that is put together and does nothing yet. */
export type Assembly = {
  readonly node: Node;
  readonly recovered: Recovered;
  readonly storage: NodeStorage;
  readonly transport: TlsTransport;
  readonly peers: PeerBook;
  readonly driver: Driver;
  readonly feed: Feed;
  readonly counters: Counters;
  readonly nowMs: () => number;
};

const { gcDepth } = CONSENSUS_LIMITS;

const OTHER_KEYS =
  "the network knows this validator by other keys than it has; it only follows until it is " +
  "started with them, or until an epoch begins that finds them in the files of its next keys";

/** Puts a node together. */
export function assemble(ingredients: Ingredients): Assembly {
  const { settings, stores, memory, verifier, log, clock, onFailure } = ingredients;
  const keys = new KeyRing(settings, log);
  const storage = new NodeStorage(stores, memory);
  const recovered = recover(stores, { gcDepth, protocolKeys: keys.read().protocol });
  const nowMs = forwardClock(clock, Number(recovered.tip.summary.timestamp_ms));
  const known = readKnownPeers(settings.dbPath, log);
  const config = nodeConfig(ingredients, keys, known);
  const node = createNode(config, storage.reader, recovered);
  const feed = new Feed();
  const counters = newCounters();
  const transport = openTransport(ingredients, { node, keys, storage, driverOf: () => driver });
  const state = storage.reader;
  const peers = new PeerBook({ keys, settings, known, state, transport, log });
  const staged = new StagedKeys({ keys, state, log });
  const driver = new Driver({
    node,
    storage,
    transport,
    verifier,
    nowMs,
    keys,
    counters,
    log,
    onCheckpoint: (bundle) => {
      peers.refresh();
      staged.refresh();
      feed.emit(bundle);
    },
    onOrdered: ingredients.onOrdered,
    onEpoch: (epoch, committee) => {
      peers.enter(epoch, committee, takeSeat(node, keys, log));
      staged.enter(committee.members[node.epoch.setting.authority ?? -1]?.address);
    },
    onFailure,
  });
  return { node, recovered, storage, transport, peers, driver, feed, counters, nowMs };
}

function nodeConfig(
  { settings, stores }: Ingredients,
  keys: KeyRing,
  known: KnownPeers,
): NodeConfig {
  const { peer, identity } = keys;
  return {
    peer,
    identity,
    keys: () => keys.read(),
    limits: CONSENSUS_LIMITS,
    seeds: [...(settings.seeds ?? []), ...known.peers].map(({ key }) => key),
    repeat: repeatChange,
    former: (committee) => {
      const { protocol: protocolKeys } = keys.held();
      return readFormer(stores.consensus, committee, { gcDepth, protocolKeys, processed: 0 });
    },
  };
}

/** The network key of the node's seat, whose keys it keeps; its operator hears what is new. */
function takeSeat({ epoch }: Node, keys: KeyRing, log: Logger): PeerId | undefined {
  const { number, peers, authority, identity, lacksKeys } = epoch.setting;
  if (lacksKeys) log.warn(`epoch ${number}: ${OTHER_KEYS}`);
  if (authority === undefined || identity === undefined) return undefined;
  const peer = peers[authority]!;
  const changed = keys.use(peer, identity);
  if (changed.length > 0) log.info(`epoch ${number}: new keys are in force: ${changed.join(", ")}`);
  return peer;
}

type TransportParts = {
  readonly node: Node;
  readonly keys: KeyRing;
  readonly storage: NodeStorage;
  readonly driverOf: () => Driver;
};

function openTransport(
  { settings, clock, log, transportLimits }: Ingredients,
  { node, keys, storage, driverOf }: TransportParts,
): TlsTransport {
  const events: TransportEvents = {
    onMessage: (peer, payload) => driverOf().received(peer, payload),
    onConnected: (peer) => driverOf().connected(peer),
    onDisconnected: (peer, reason) => {
      log.debug(`peer ${peer.key.slice(0, 8)} is gone: ${reason}`);
      driverOf().disconnected(peer);
    },
    onRefused: ({ remote, reason }) => log.debug(`no connection with ${remote}: ${reason}`),
  };
  const key = takeSeat(node, keys, SILENT_LOG) ?? keys.peer;
  return new TlsTransport({
    listen: settings.listen,
    key,
    certificate: keys.certificate(key),
    chainId: storage.chainId,
    epoch: () => node.epoch.setting.number,
    random: Math.random,
    clock,
    events,
    limits: transportLimits,
  });
}
