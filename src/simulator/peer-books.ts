/**
 * Whom the nodes of a world take for peers: as real ones they know each other by network keys, from
 * their own view of the chain, and two are connected only if each has the key that the other shows.
 *
 * @module
 */
import type { PeerId } from "../node/io.ts";
import { listPeers } from "../node/peer-list.ts";
import type { SimNode } from "./sim-node.ts";

/** By key, from which epoch on it is a peer's. */
type Book = ReadonlyMap<PeerId, bigint>;

/** It is a peer's in any epoch, and only follows. */
const GUEST = -1n;

/** The peers of all nodes. */
export class PeerBooks {
  private readonly nodes: readonly SimNode[];
  private readonly books = new Map<SimNode, Book>();

  constructor(nodes: readonly SimNode[]) {
    this.nodes = nodes;
  }

  /** Whether two nodes take each other for peers. */
  admits(left: SimNode, right: SimNode): boolean {
    return this.knows(left, right) && this.knows(right, left);
  }

  /** Has a node look at its chain once more; whether its peers are others than before. */
  refresh(node: SimNode): boolean {
    const before = this.books.get(node);
    const book = this.list(node);
    this.books.set(node, book);
    return before?.size !== book.size || [...book].some(([key, from]) => before.get(key) !== from);
  }

  /** Whether two nodes could help each other, as validators or seeds and not as followers. */
  isUpstream(node: SimNode, { peer }: SimNode): boolean {
    return (this.books.get(node)?.get(peer) ?? -1n) >= 0n;
  }

  private knows(node: SimNode, { peer, node: other }: SimNode): boolean {
    const fromEpoch = this.books.get(node)?.get(peer);
    return fromEpoch !== undefined && (other?.epoch.setting.number ?? 0n) >= fromEpoch;
  }

  private list(node: SimNode): Book {
    if (node.node === undefined) return new Map();
    const { committee } = node.node.epoch.setting;
    const own = { shown: node.peer, held: node.networkKeys };
    const fullnode = this.nodes.at(-1)!;
    const observers = node === fullnode ? [] : [fullnode.peer];
    const { validators, guests } = listPeers(committee, node.disk.reader, own, observers);
    return new Map([
      ...guests.map((key) => [key, GUEST] as const),
      ...(node.config.seeds ?? []).map((key) => [key, 0n] as const),
      ...validators.map(({ key, fromEpoch = 0n }) => [key, fromEpoch] as const),
    ]);
  }
}
