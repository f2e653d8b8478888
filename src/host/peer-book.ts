/**
 * Keeps the peers of a node those of the epoch and of the state: the committee from its first
 * checkpoint on, and guests as soon as a checkpoint makes them some.
 *
 * @module
 */
import type { Logger } from "../base/log.ts";
import type { StateReader } from "../ledger/view.ts";
import type { PeerClass, Transport } from "../network/transport.ts";
import type { PeerId } from "../node/io.ts";
import type { Committee } from "../types/committee.ts";
import { VALIDATOR_INDEX_ID } from "../types/entry.ts";
import { listGuests } from "./guests.ts";
import { listPeers } from "./peers.ts";

/** What peers follow from, and who is told. */
export type PeerSources = {
  readonly own: PeerId;
  /** Those that the operator listed. */
  readonly observers: readonly PeerId[];
  readonly state: StateReader;
  readonly transport: Pick<Transport, "setPeers">;
  readonly log: Logger;
};

/** The peers of one node. */
export class PeerBook {
  private readonly sources: PeerSources;
  private committee: Committee | undefined;
  private seen: bigint | undefined;

  constructor(sources: PeerSources) {
    this.sources = sources;
  }

  /** An epoch begins. */
  enter(epoch: bigint, committee: Committee): void {
    const role = this.tell(committee) === "validator" ? "validates" : "follows";
    const { length } = committee.members;
    this.sources.log.info(`epoch ${epoch} begins with ${length} validators; this node ${role}`);
  }

  /** A checkpoint was written, and with it candidates may have come or gone. */
  refresh(): void {
    if (this.committee !== undefined && this.version() !== this.seen) this.tell(this.committee);
  }

  private tell(committee: Committee): PeerClass {
    const { own, observers, state, transport, log } = this.sources;
    this.committee = committee;
    this.seen = this.version();
    const followers = [...observers, ...listGuests(state)];
    const { self, peers } = listPeers(committee, own, followers, log);
    transport.setPeers(self, peers);
    return self;
  }

  private version(): bigint | undefined {
    return this.sources.state.find(VALIDATOR_INDEX_ID)?.version;
  }
}
