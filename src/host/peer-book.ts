/**
 * Keeps the peers of a node those of the epoch and of the state: the committee from its first
 * checkpoint on, and guests as soon as a checkpoint makes them some. To them the node shows the
 * network key by which the committee knows it.
 *
 * @module
 */
import type { Logger } from "../base/log.ts";
import type { StateReader } from "../ledger/view.ts";
import type { TlsTransport } from "../network/tls-transport.ts";
import type { PeerClass } from "../network/transport.ts";
import type { PeerId } from "../node/io.ts";
import type { Committee } from "../types/committee.ts";
import { VALIDATOR_INDEX_ID } from "../types/entry.ts";
import { listGuests } from "./guests.ts";
import type { KeyRing } from "./key-ring.ts";
import { listPeers } from "./peers.ts";

/** What peers follow from, and who is told. */
export type PeerSources = {
  readonly keys: Pick<KeyRing, "held" | "certificate">;
  /** Those that the operator listed. */
  readonly observers: readonly PeerId[];
  readonly state: StateReader;
  readonly transport: Pick<TlsTransport, "key" | "showKey" | "setPeers" | "stats">;
  readonly log: Logger;
};

const LONELY_MS = 5_000;

/** The peers of one node. */
export class PeerBook {
  private readonly sources: PeerSources;
  private committee: Committee | undefined;
  private seen: bigint | undefined;
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
    if (seat !== undefined) this.show(seat);
    const role = this.tell(committee) === "validator" ? "validates" : "follows";
    const { length } = committee.members;
    this.sources.log.info(`epoch ${epoch} begins with ${length} validators; this node ${role}`);
  }

  /** A checkpoint was written, and with it candidates may have come or gone. */
  refresh(): void {
    if (this.committee !== undefined && this.version() !== this.seen) this.tell(this.committee);
  }

  // Others may be in an epoch to which this node belongs by another key, as a validator does that
  // missed the end of the last one, or one that has left.
  private lookAround(): void {
    const { keys, transport } = this.sources;
    const { peers } = transport.stats();
    const { network: held } = keys.held();
    const isAlone = peers.length > 0 && peers.every(({ connected }) => !connected);
    if (this.committee === undefined || held.length < 2 || !isAlone) return;
    const next = held[(held.indexOf(transport.key) + 1) % held.length]!;
    this.sources.log.info(`nobody connects; the network key ${next.slice(0, 8)} is tried`);
    this.show(next);
    this.tell(this.committee);
  }

  private show(key: PeerId): void {
    const { keys, transport } = this.sources;
    if (key !== transport.key) transport.showKey(key, keys.certificate(key));
  }

  private tell(committee: Committee): PeerClass {
    const { keys, observers, state, transport, log } = this.sources;
    this.committee = committee;
    this.seen = this.version();
    const followers = [...observers, ...listGuests(state)];
    const own = { shown: transport.key, held: keys.held().network };
    const { self, peers } = listPeers(committee, own, followers, log);
    transport.setPeers(self, peers);
    return self;
  }

  private version(): bigint | undefined {
    return this.sources.state.find(VALIDATOR_INDEX_ID)?.version;
  }
}
