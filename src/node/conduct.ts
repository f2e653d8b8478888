/**
 * How peers behave: offences are counted and slowly forgiven. An honest peer makes none, but a peer
 * of another version, or a bug of ours, may make a few; so the first ones only slow it down.
 *
 * @module
 */
import type { PeerId } from "./io.ts";

/** Offences within a short time after which a peer is let go. */
export const OFFENCES_MAX = 8;

/** After this time one offence is forgiven. */
export const FORGIVE_MS = 10_000;

/** How long a peer is not listened to after an offence. */
export const THROTTLE_MS = 250;

/** How long a peer that was let go is refused. */
export const HOLD_MS = 60_000;

/** Peers that are remembered; those that offended longest ago are forgotten first. */
const PEERS_MAX = 4_096;

type Record = { count: number; atMs: number };

/** The offences of each peer. */
export class Conduct {
  private readonly records = new Map<PeerId, Record>();

  /** Counts an offence; true when it is one too many. */
  offend(peer: PeerId, nowMs: number): boolean {
    const record = this.records.get(peer) ?? { count: 0, atMs: nowMs };
    const forgiven = Math.floor((nowMs - record.atMs) / FORGIVE_MS);
    record.count = Math.max(0, record.count - forgiven) + 1;
    record.atMs = nowMs;
    this.records.delete(peer);
    this.records.set(peer, record);
    for (const oldest of this.records.keys()) {
      if (this.records.size <= PEERS_MAX) break;
      this.records.delete(oldest);
    }
    if (record.count < OFFENCES_MAX) return false;
    this.records.delete(peer);
    return true;
  }
}
