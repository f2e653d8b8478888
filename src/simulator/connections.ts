/**
 * Which nodes are connected: two that run are, unless something keeps them apart. A node notices
 * only after a while that a connection is gone, and in any case before it has a new one.
 *
 * @module
 */
import type { PeerId } from "../node/io.ts";
import type { Action } from "./clock.ts";
import { PeerBooks } from "./peer-books.ts";
import type { SimNode } from "./sim-node.ts";
import type { World } from "./world.ts";

/** How long it takes a node at most to see that a connection is gone. */
const NOTICE_MAX_MS = 400;
/** How long it takes two nodes at most to connect. */
const CONNECT_MAX_MS = 100;

/** How long a node waits for anybody before it shows another key. */
const LONELY_MS = 5_000;

/** The connections of a world. */
export class Connections {
  private readonly world: World;
  private readonly books: PeerBooks;
  /** By pair, how many reasons there are to keep the two apart. */
  private readonly blocked = new Map<number, number>();
  /** By pair, how the two learn that their connection is gone. */
  private readonly unnoticed = new Map<number, Action>();

  constructor(world: World) {
    this.world = world;
    this.books = new PeerBooks(world.nodes);
  }

  /** Connects a node to every other soon. */
  connectAll(node: SimNode): void {
    for (const other of this.world.nodes) if (other !== node) this.connectSoon(node, other);
  }

  /** Ends all connections of a node. */
  cutAll(node: SimNode): void {
    for (const other of this.world.nodes) if (other !== node) this.cut(node, other);
  }

  /** The chain of a node may list other peers than before. */
  refresh(node: SimNode): void {
    if (!this.books.refresh(node)) return;
    for (const other of this.world.nodes) {
      if (other !== node && !this.books.admits(node, other)) this.cut(node, other);
    }
    this.connectAll(node);
  }

  /** A node shows another network key from now on. */
  show(node: SimNode, peer: PeerId): void {
    this.world.log(node.index, "another network key");
    this.cutAll(node);
    node.peer = peer;
    this.refresh(node);
    this.connectAll(node);
  }

  /** As long as it lives, a node to which nobody connects tries the keys that it has. */
  watch(node: SimNode): void {
    this.world.later(node, LONELY_MS, () => {
      const keys = node.networkKeys;
      if (keys.length > 1 && this.isAlone(node)) {
        this.show(node, keys[(keys.indexOf(node.peer) + 1) % keys.length]!);
      }
      this.watch(node);
    });
  }

  private isAlone(node: SimNode): boolean {
    const { network, nodes } = this.world;
    return nodes.every((other) => {
      const isApart = network.lane(node.index, other.index) === undefined;
      return isApart || !this.books.isUpstream(node, other);
    });
  }

  /** Connects two nodes soon, if they run and nothing keeps them apart then. */
  connectSoon(left: SimNode, right: SimNode): void {
    const { clock, prng } = this.world;
    clock.after(prng.unit() * CONNECT_MAX_MS, () => this.connect(left, right));
  }

  /** Ends the connection of two nodes; what is on its way is lost. */
  cut(left: SimNode, right: SimNode): void {
    const { network, clock, prng } = this.world;
    if (!network.close(left.index, right.index)) return;
    const pair = this.pairOf(left, right);
    const sides = [
      { node: left, life: left.life, peer: right.peer },
      { node: right, life: right.life, peer: left.peer },
    ];
    const notice = (): void => {
      if (this.unnoticed.get(pair) !== notice) return;
      this.unnoticed.delete(pair);
      for (const { node, life, peer } of sides) {
        if (node.life === life) this.world.input(node, { kind: "Disconnected", peer });
      }
    };
    this.unnoticed.set(pair, notice);
    clock.after(prng.unit() * NOTICE_MAX_MS, notice);
  }

  /** Keeps two nodes apart until `unblock` has been called as often. */
  block(left: SimNode, right: SimNode): void {
    const pair = this.pairOf(left, right);
    this.blocked.set(pair, (this.blocked.get(pair) ?? 0) + 1);
    this.cut(left, right);
  }

  /** Takes back one `block`. */
  unblock(left: SimNode, right: SimNode): void {
    const pair = this.pairOf(left, right);
    const reasons = (this.blocked.get(pair) ?? 1) - 1;
    this.blocked.set(pair, reasons);
    if (reasons === 0) this.connectSoon(left, right);
  }

  private connect(left: SimNode, right: SimNode): void {
    const pair = this.pairOf(left, right);
    const isApart = (this.blocked.get(pair) ?? 0) > 0;
    if (isApart || left.node === undefined || right.node === undefined) return;
    if (!this.books.admits(left, right)) return;
    this.unnoticed.get(pair)?.();
    if (!this.world.network.open(left.index, right.index)) return;
    this.world.input(left, { kind: "Connected", peer: right.peer });
    this.world.input(right, { kind: "Connected", peer: left.peer });
  }

  private pairOf(left: SimNode, right: SimNode): number {
    const [low, high] = [Math.min(left.index, right.index), Math.max(left.index, right.index)];
    return low * this.world.nodes.length + high;
  }
}
