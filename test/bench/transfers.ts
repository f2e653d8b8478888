/**
 * A network under load for benches: four validators and a fullnode, a process each, over loopback
 * TLS, every one verifying every signature for itself. The clients are in the fullnode's process.
 *
 * @module
 */
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { readConfig } from "../../src/host/config.ts";
import { HEAP_GROWTH } from "../../src/host/heap-growth.ts";
import { type RunningNode, startNode } from "../../src/host/run-node.ts";
import type { Digest } from "../../src/types/address.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { transactionDigest } from "../../src/types/transaction.ts";
import {
  type Account,
  account,
  coinsOf,
  execute,
  transfer,
  until,
  VALIDATORS,
  writeNetwork,
} from "../host/network.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import type { Report, Watch } from "./validator-process.ts";

const ACCOUNTS = 256;
const START_TIMEOUT_MS = 60_000;

/** How long one transfer took from when it was due: to its place in the order, and until final. */
export type Timing = { readonly orderedMs: number; readonly finalMs: number };

/** Processor time and memory of the whole network so far. */
export type Usage = { readonly cpuMs: number; readonly rssBytes: number };

type Coin = { readonly owner: Account; ref: ObjectRef };

type Child = {
  readonly process: Bun.Subprocess;
  usage: Usage;
};

/** A network and the coins that clients send. */
export class TransferBench {
  readonly fullnode: RunningNode;
  private readonly children: readonly Child[];
  private readonly free: Coin[];
  /** When the transfers under way were ordered first, as far as they are. */
  private readonly ordered: Map<Digest, number>;
  private validatorMost = 0;

  private constructor(fullnode: RunningNode, children: readonly Child[], free: Coin[]) {
    this.fullnode = fullnode;
    this.children = children;
    this.free = free;
    this.ordered = new Map();
  }

  /** Starts the network; resolves when a transfer has become final. */
  static async open(): Promise<TransferBench> {
    const directory = temporaryDirectory();
    const accounts = Array.from({ length: ACCOUNTS }, (_, index) => account(`bench ${index}`));
    writeNetwork(directory, { accounts });
    const hear: ((report: Report) => void)[] = [];
    const children = Array.from({ length: VALIDATORS }, (_, index) =>
      spawnValidator(join(directory, `node-${index}.yaml`), (report) => hear[0]?.(report)),
    );
    const fullnode = await startNode(readConfig(join(directory, `node-${VALIDATORS}.yaml`)));
    const free = accounts.flatMap((owner) =>
      coinsOf(fullnode, owner).map((ref) => ({ owner, ref })),
    );
    const bench = new TransferBench(fullnode, children, free);
    hear.push((report) => bench.note(report));
    const connected = (): number =>
      fullnode.stats().transport.peers.filter((peer) => peer.connected).length;
    await until(() => connected() === VALIDATORS, START_TIMEOUT_MS);
    await bench.send(now());
    return bench;
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.fullnode.stop();
    for (const { process } of this.children) process.kill();
    await Promise.all(this.children.map(({ process }) => process.exited));
    removeTemporary();
  }

  /** Processor time and memory of all processes, as of about a second ago. */
  usage(): Usage {
    const { user, system } = process.cpuUsage();
    const own = { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
    return [own, ...this.children.map(({ usage }) => usage)].reduce((left, right) => ({
      cpuMs: left.cpuMs + right.cpuMs,
      rssBytes: left.rssBytes + right.rssBytes,
    }));
  }

  /** The most memory that a validator has had so far. */
  get validatorBytesMost(): number {
    return this.validatorMost;
  }

  /** Sends one transfer that was due at `dueMs`. */
  async send(dueMs: number): Promise<Timing> {
    const coin = present(this.free.shift(), "a coin that nobody is sending");
    const { owner, ref } = coin;
    const transaction = transfer(owner, ref, owner, 1n);
    const digest = transactionDigest(transaction.data);
    this.ordered.set(digest, Infinity);
    const { executed } = await execute(this.fullnode, transaction);
    const finalMs = now();
    const { changed_objects: changed, version } = executed.effects;
    const after = changed.find(({ object_id: id }) => id === ref.object_id)?.output_state;
    if (after?.kind !== "ObjectWrite") throw new Error("the coin is spent");
    coin.ref = { object_id: ref.object_id, version, digest: after.digest };
    this.free.push(coin);
    const orderedMs = Math.min(this.ordered.get(digest) ?? Infinity, finalMs);
    this.ordered.delete(digest);
    return { orderedMs: orderedMs - dueMs, finalMs: finalMs - dueMs };
  }

  /** Sends at a constant rate, whatever the answers; validators say what they have ordered. */
  async atRate(perSecond: number, durationMs: number): Promise<Timing[]> {
    this.watch(true);
    const timings = await this.paced(perSecond, durationMs);
    this.watch(false);
    return timings;
  }

  private async paced(perSecond: number, durationMs: number): Promise<Timing[]> {
    const startMs = now();
    const total = Math.floor((perSecond * durationMs) / 1_000);
    const sent: Promise<Timing>[] = [];
    while (sent.length < total) {
      const due = ((now() - startMs) * perSecond) / 1_000;
      while (sent.length <= due && sent.length < total) {
        sent.push(this.send(startMs + (sent.length * 1_000) / perSecond));
      }
      await Bun.sleep(1);
    }
    return Promise.all(sent);
  }

  /** Keeps so many transfers in flight; returns how many a second became final. */
  async saturate(inFlight: number, durationMs: number): Promise<number> {
    const endMs = now() + durationMs;
    let count = 0;
    const client = async (): Promise<void> => {
      while (now() < endMs) {
        await this.send(now());
        if (now() < endMs) count++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, client));
    return (count * 1_000) / durationMs;
  }

  // Telling costs more than what is told about, so it is only done where it is asked for.
  private watch(isWatched: boolean): void {
    for (const { process } of this.children) process.send({ isWatched } satisfies Watch);
  }

  private note({ child, usage, atMs, ordered }: Report & { child?: Child }): void {
    if (child !== undefined) child.usage = usage;
    this.validatorMost = Math.max(this.validatorMost, usage.rssBytes);
    for (const digest of ordered) {
      const known = this.ordered.get(digest);
      // Validators that order a transfer later than others may tell when it is over.
      if (known !== undefined && atMs < known) this.ordered.set(digest, atMs);
    }
  }
}

/** Time that all processes of a machine share, finer than milliseconds. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

function spawnValidator(config: string, hear: (report: Report & { child: Child }) => void): Child {
  const script = join(import.meta.dir, "validator-process.ts");
  const child: Child = {
    process: Bun.spawn([process.execPath, script, config], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...HEAP_GROWTH, ...process.env },
      ipc: (report: Report) => hear({ ...report, child }),
    }),
    usage: { cpuMs: 0, rssBytes: 0 },
  };
  return child;
}
