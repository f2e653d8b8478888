/**
 * Keeps the peers of a node those of the epoch and of the state: the committee from its first
 * checkpoint on, guests and keys to come as soon as a checkpoint makes them some. To them the node
 * shows the network key by which the committee knows it.
 *
 * @module
 */
import type { Logger } from "../base/log.ts";
import type { StateReader } from "../ledger/view.ts";
import type { TlsTransport } from "../network/tls-transport.ts";
import type { PeerId } from "../node/io.ts";
import { listPeers, listValidators, type PeerList } from "../node/peer-list.ts";
import type { Committee } from "../types/committee.ts";
import type { NodeSettings } from "./config.ts";
import type { KeyRing } from "./key-ring.ts";
import { keepKnownPeers, type KnownPeers } from "./known-peers.ts";
import { addressPeers } from "./peers.ts";

/** What peers follow from, and who is told. */
export type PeerSources = {
  readonly keys: Pick<KeyRing, "held" | "certificate">;
  /** Whom the operator listed, and where the node keeps whom it knows. */
  readonly settings: Pick<NodeSettings, "observers" | "seeds" | "dbPath">;
  /** Those that a former run knew. */
  readonly known: KnownPeers;
  readonly state: StateReader;
  readonly transport: Pick<TlsTransport, "key" | "showKey" | "setPeers" | "stats">;
  readonly log: Logger;
};

const LONELY_MS = 5_000;

/** The peers of one node. */
export class PeerBook {
  private readonly sources: PeerSources;
  private committee: Committee | undefined;
  /** What the transport was told last. */
  private told: string | undefined;
  private timer: Timer | undefined;

  constructor(sources: PeerSources) {
    this.sources = sources;
  }

  /** Begins to look whether anybody takes the key that is shown. */
  start(): void {
    this.timer = setInterval(() => this.lookAround(), LONELY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** An epoch begins; `seat` is the network key of this node's place in its committee. */
  enter(epoch: bigint, committee: Committee, seat: PeerId | undefined): void {
    const { state, settings, known, log } = this.sources;
    if (seat !== undefined) this.show(seat);
    this.committee = committee;
    const list = this.list(committee);
    this.tell(list);
    // A node that catches up does not forget who is ahead.
    if (epoch >= known.epoch)
      keepKnownPeers(settings.dbPath, epoch, listValidators(committee, state));
    const role = list.isValidator ? "validates" : "follows";
    const { length } = committee.members;
    log.info(`epoch ${epoch} begins with ${length} validators; this node ${role}`);
  }

  /** A checkpoint was written, and with it validators may have come, gone or staged keys. */
  refresh(): void {
    if (this.committee === undefined) return;
    const list = this.list(this.committee);
    if (textOf(list) !== this.told) this.tell(list);
  }

  // Others may be in an epoch to which this node belongs by another key, as a validator does that
  // missed the end of the last one, or one that has left.
  private lookAround(): void {
    const { keys, transport } = this.sources;
    const { peers } = transport.stats();
    const { network: held } = keys.held();
    // Those that only follow us cannot help.
    const validators = peers.filter((peer) => peer.class === "validator");
    const isAlone = validators.length > 0 && validators.every(({ connected }) => !connected);
    if (this.committee === undefined || held.length < 2 || !isAlone) return;
    const next = held[(held.indexOf(transport.key) + 1) % held.length]!;
    this.sources.log.info(`nobody connects; the network key ${next.slice(0, 8)} is tried`);
    this.show(next);
    this.tell(this.list(this.committee));
  }

  private show(key: PeerId): void {
    const { keys, transport } = this.sources;
    if (key !== transport.key) transport.showKey(key, keys.certificate(key));
  }

  private list(committee: Committee): PeerList {
    const { keys, settings, state, transport } = this.sources;
    const own = { shown: transport.key, held: keys.held().network };
    return listPeers(committee, state, own, settings.observers);
  }

  private tell(list: PeerList): void {
    const { settings, known, keys, transport, log } = this.sources;
    const { seeds = [] } = settings;
    this.told = textOf(list);
    const held = new Set(keys.held().network);
    // Whom the chain is known to have replaced is a stranger.
    const isBehind = (this.committee?.epoch ?? 0n) < known.epoch;
    const others = [...seeds, ...(isBehind ? known.peers : [])].filter(({ key }) => !held.has(key));
    const { self, peers } = addressPeers(list, others, log);
    transport.setPeers(self, peers);
  }
}

function textOf(list: PeerList): string {
  return JSON.stringify(list, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}
