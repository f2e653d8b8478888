/**
 * The interface of the network between nodes: opaque messages to and from peers that are known by
 * their network key. Messages to one peer arrive in order or not at all; a message is lost when the
 * connection is, so whoever needs an answer asks again. Nothing grows with a slow or hostile peer.
 *
 * @module
 */

/** A `validator` sits in the committee; an `observer` follows it (a fullnode). */
export type PeerClass = "validator" | "observer";

/** Where a peer listens. */
export type PeerPlace = { readonly host: string; readonly port: number };

/** A peer as the committee or the operator lists it. */
export type PeerAddress = {
  /** Its Ed25519 network public key, 64 hex digits. */
  readonly key: string;
  readonly class: PeerClass;
  /** Where it listens; `undefined` for one that only ever calls us. */
  readonly address: PeerPlace | undefined;
  /** Where it may be instead: while it does not answer, both are called in turn. */
  readonly otherAddress?: PeerPlace;
  /** It need not know us as a validator: we call it, and what is for validators it does not get. */
  readonly isSeed?: boolean;
  /** It is a peer by this key only if it says that it is in this epoch or a later one. */
  readonly fromEpoch?: bigint;
};

/** A peer we are connected to. */
export type Peer = {
  readonly key: string;
  readonly class: PeerClass;
  /** The epoch it said it was in when the connection opened. */
  readonly epoch: bigint;
};

/** A connection that was refused, by us or by the other side. */
export type Refusal = {
  /** The peer's key where it is known. */
  readonly key: string | undefined;
  /** `host:port` of the other side. */
  readonly remote: string;
  readonly reason: string;
};

/** What a transport tells its owner, for each peer in order: connected, messages, gone. */
export type TransportEvents = {
  /** `payload` belongs to the receiver. */
  readonly onMessage: (peer: Peer, payload: Uint8Array) => void;
  readonly onConnected: (peer: Peer) => void;
  readonly onDisconnected: (peer: Peer, reason: string) => void;
  readonly onRefused: (refusal: Refusal) => void;
};

/** Counters of one peer since it was listed; `queued…` are of this moment. */
export type PeerStats = {
  readonly key: string;
  readonly class: PeerClass;
  readonly connected: boolean;
  readonly connections: number;
  readonly messagesReceived: number;
  readonly messagesSent: number;
  /** Messages refused because the queue was full or there was no connection. */
  readonly messagesRefused: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly queuedBytes: number;
};

/** Counters of a transport. */
export type TransportStats = {
  readonly peers: readonly PeerStats[];
  /** Connections that have not yet said who they are. */
  readonly pending: number;
  /** Connections refused since the start. */
  readonly refused: number;
};

/** Messages between nodes. */
export type Transport = {
  /** Starts to listen and to call the listed peers. */
  readonly start: () => Promise<void>;
  /** Queues a message; false when the peer is not connected or its queue is full. */
  readonly send: (key: string, payload: Uint8Array) => boolean;
  /** Queues a message to every connected peer of a class, or of both; returns to how many. */
  readonly broadcast: (payload: Uint8Array, to?: PeerClass) => number;
  /** Replaces the peers, and what we are ourselves; connections to others end. */
  readonly setPeers: (self: PeerClass, peers: readonly PeerAddress[]) => void;
  /**
   * Stops reading from a peer until `resume` or until it connects anew; what has been read already
   * still arrives. When the peer has more to send than the sockets hold, and that for longer than
   * its patience with slow readers, it ends the connection.
   */
  readonly pause: (key: string) => void;
  readonly resume: (key: string) => void;
  /** Ends the connection to a peer that misbehaves and refuses new ones for `holdMs`. */
  readonly disconnect: (key: string, reason: string, holdMs: number) => void;
  /** Closes every connection, sending what is queued if the peer takes it soon. */
  readonly stop: () => Promise<void>;
  readonly stats: () => TransportStats;
};

/**
 * Which side of a pair calls the other, so that each pair has one connection: an observer calls its
 * validators, and everybody its seeds; between validators the smaller key calls.
 */
export function callsPeer(self: { key: string; class: PeerClass }, peer: PeerAddress): boolean {
  if (peer.address === undefined || peer.class === "observer") return false;
  return self.class === "observer" || peer.isSeed === true || self.key < peer.key;
}
