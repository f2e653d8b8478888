/**
 * Puts a node together from its settings and its open databases: the step function, the connections
 * and the loop between them.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { forwardClock } from "../base/forward-clock.ts";
import type { Logger } from "../base/log.ts";
import { blsPublicKey } from "../crypto/bls.ts";
import { ed25519PublicKey, ed25519Sign } from "../crypto/ed25519.ts";
import { issueCertificate } from "../network/certificate.ts";
import type { TransportLimits } from "../network/limits.ts";
import { TlsTransport } from "../network/tls-transport.ts";
import type { TransportEvents } from "../network/transport.ts";
import type { PeerId } from "../node/io.ts";
import {
  createNode,
  lacksKeys,
  type Node,
  type NodeConfig,
  type Recovered,
} from "../node/state.ts";
import { CONSENSUS_LIMITS } from "../protocol/limits.ts";
import type { Digest } from "../types/address.ts";
import type { NodeSettings } from "./config.ts";
import { type Counters, newCounters } from "./counters.ts";
import { Driver } from "./drive.ts";
import { Feed } from "./feed.ts";
import type { MemoryPlan } from "./memory.ts";
import { NodeStorage } from "./node-storage.ts";
import { PeerBook } from "./peer-book.ts";
import { recover } from "./recover.ts";
import { repeatChange } from "./repeat-change.ts";
import type { Stores } from "./stores.ts";
import type { BlsKeyPair, Verifier } from "./verifier.ts";

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
  readonly driver: Driver;
  readonly feed: Feed;
  readonly counters: Counters;
  readonly nowMs: () => number;
};

// RFC 5280 §4.1.2.5: this date says that a certificate does not end. The key is what counts, and a
// clock that is wrong must not cut a node off.
const VALIDITY = { fromMs: 0, toMs: Date.UTC(9999, 11, 31, 23, 59, 59) };

const OTHER_KEYS =
  "the network knows this validator by other keys than those of its configuration; it only " +
  "follows until it is started with them";

/** Puts a node together. */
export function assemble(ingredients: Ingredients): Assembly {
  const { settings, stores, memory, verifier, log, clock, onFailure } = ingredients;
  const { config, protocolKeys } = identify(settings);
  const { gcDepth } = config.limits;
  const storage = new NodeStorage(stores, memory);
  const recovered = recover(stores, { gcDepth, protocolKey: protocolKeys?.publicKey });
  const nowMs = forwardClock(clock, Number(recovered.tip.summary.timestamp_ms));
  const node = createNode(config, storage.reader, recovered);
  const feed = new Feed();
  const counters = newCounters();
  const transport = openTransport(ingredients, node, storage, () => driver);
  const { peer: own } = config;
  const { observers } = settings;
  const peers = new PeerBook({ own, observers, state: storage.reader, transport, log });
  const driver = new Driver({
    node,
    storage,
    transport,
    verifier,
    nowMs,
    protocolKeys,
    counters,
    log,
    onCheckpoint: (bundle) => {
      peers.refresh();
      feed.emit(bundle);
    },
    onOrdered: ingredients.onOrdered,
    onEpoch: (epoch, committee) => {
      peers.enter(epoch, committee);
      if (lacksKeys(node)) log.warn(`epoch ${epoch}: ${OTHER_KEYS}`);
    },
    onFailure,
  });
  return { node, recovered, storage, transport, driver, feed, counters, nowMs };
}

type Identity = {
  readonly config: NodeConfig;
  readonly protocolKeys: BlsKeyPair | undefined;
};

function identify({ networkKey, validator }: NodeSettings): Identity {
  const peer: PeerId = toHex(ed25519PublicKey(networkKey));
  const limits = CONSENSUS_LIMITS;
  if (validator === undefined) {
    const config = { peer, identity: undefined, limits, repeat: repeatChange };
    return { config, protocolKeys: undefined };
  }
  const protocolKey = blsPublicKey(validator.protocol);
  const workerKey = ed25519PublicKey(validator.worker);
  const sign = (message: Uint8Array): Uint8Array => ed25519Sign(validator.worker, message);
  return {
    config: { peer, identity: { protocolKey, workerKey, sign }, limits, repeat: repeatChange },
    protocolKeys: { secretKey: validator.protocol, publicKey: protocolKey },
  };
}

function openTransport(
  { settings, clock, log, transportLimits }: Ingredients,
  node: Node,
  storage: NodeStorage,
  driverOf: () => Driver,
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
  return new TlsTransport({
    listen: settings.listen,
    key: node.config.peer,
    certificate: issueCertificate(settings.networkKey, VALIDITY),
    chainId: storage.chainId,
    epoch: () => node.epoch.setting.number,
    random: Math.random,
    clock,
    events,
    limits: transportLimits,
  });
}
