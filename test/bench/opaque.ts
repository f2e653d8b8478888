/**
 * Consensus alone, as its authors measure it: validators over loopback TLS that order transactions
 * of 512 opaque bytes and verify nothing in them. Block signatures are verified, and blocks and
 * commits are on disk before they count, as ever. Each is a process of its own: this file, started
 * as a program.
 *
 * @module
 */
import { join } from "node:path";

import { unreachable } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import type { Consensus } from "../../src/consensus/core.ts";
import type { Input, Output } from "../../src/consensus/io.ts";
import { createConsensus } from "../../src/consensus/recover.ts";
import { step } from "../../src/consensus/step.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "../../src/crypto/ed25519.ts";
import { installNative } from "../../src/crypto/native.ts";
import { issueCertificate } from "../../src/network/certificate.ts";
import { TlsTransport } from "../../src/network/tls-transport.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";
import { SqliteConsensus } from "../../src/storage/sqlite-consensus.ts";
import { blockSignatureCheck, decodeSignedBlock, type SignedBlock } from "../../src/types/block.ts";
import { commit as commitCodec } from "../../src/types/commit.ts";
import type { Committee } from "../../src/types/committee.ts";
import { type PeerMessage, peerMessage } from "../../src/types/message.ts";
import { EPOCH_START_MS, testCommittee } from "../consensus/fixtures.ts";

const TRANSACTION_BYTES = 512;
const CHAIN_ID = "c0".repeat(32);
const HOST = "127.0.0.1";
const DAY_MS = 86_400_000;

const seedOf = (authority: number): Uint8Array => blake2b256(Uint8Array.of(authority));
const keyOf = (authority: number): string => toHex(ed25519PublicKey(seedOf(authority)));

/** A validator that orders bytes. */
class OpaqueNode {
  readonly transport: TlsTransport;
  /** Transactions that this validator has seen ordered. */
  ordered = 0;
  private readonly committee: Committee;
  private readonly core: Consensus;
  private readonly store: SqliteConsensus;
  private readonly perSecond: number;
  private timer: Timer | undefined;
  private offeredMs = performance.now();

  constructor(committee: Committee, authority: number, perSecond: number, directory: string) {
    this.committee = committee;
    this.perSecond = perSecond;
    this.store = new SqliteConsensus(join(directory, `opaque-${authority}.db`));
    const seed = seedOf(authority);
    this.core = createConsensus({
      committee,
      epochStartMs: EPOCH_START_MS,
      authority,
      limits: CONSENSUS_LIMITS,
      sign: (message) => ed25519Sign(seed, message),
      payload: {
        take: (countMax, bytesMax) => this.take(countMax, bytesMax),
        busy: () => true,
        check: () => undefined,
      },
    });
    const nowMs = Date.now();
    this.transport = new TlsTransport({
      listen: { host: HOST, port: 0 },
      key: keyOf(authority),
      certificate: issueCertificate(seed, { fromMs: nowMs - DAY_MS, toMs: nowMs + DAY_MS }),
      chainId: CHAIN_ID,
      epoch: () => committee.epoch,
      random: Math.random,
      events: {
        onMessage: ({ key }, payload) => this.receive(this.authorityOf(key), payload),
        onConnected: ({ key }) => this.connected(this.authorityOf(key)),
        onDisconnected: ({ key }) =>
          this.input({ kind: "Disconnected", peer: this.authorityOf(key) }),
        onRefused: () => undefined,
      },
    });
  }

  /** Begins, with the ports at which the validators listen. */
  start(ports: readonly number[]): void {
    const peers = ports.map((port, authority) => {
      const address = { host: HOST, port };
      return { key: keyOf(authority), class: "validator", address } as const;
    });
    this.transport.setPeers("validator", peers);
    this.input({ kind: "Start" });
  }

  private connected(peer: number): void {
    this.input({ kind: "Connected", peer });
    this.input({ kind: "Subscribed", peer, claim: { ours: 0, theirs: 0 } });
  }

  /** What clients have sent in the time since the last block. */
  private take(countMax: number, bytesMax: number): Uint8Array[] {
    const nowMs = performance.now();
    const most = Math.min(countMax, Math.floor(bytesMax / TRANSACTION_BYTES));
    const offered = Math.round(((nowMs - this.offeredMs) * this.perSecond) / 1_000);
    this.offeredMs = nowMs;
    return Array.from({ length: Math.min(most, offered) }, () => new Uint8Array(TRANSACTION_BYTES));
  }

  private receive(from: number, payload: Uint8Array): void {
    const message = decode(peerMessage, payload);
    if (!message.ok) throw new Error(message.error.reason);
    switch (message.value.kind) {
      case "Block":
        return this.input({ kind: "Block", from, block: this.verified(message.value.block) });
      case "FetchBlocks": {
        const { request, refs, above } = message.value;
        return this.input({ kind: "FetchRequest", from, request, query: { refs, above } });
      }
      case "FetchedBlocks": {
        const { request } = message.value;
        const blocks = message.value.blocks.map((bytes) => this.verified(bytes));
        return this.input({ kind: "BlocksFetched", from, request, blocks });
      }
      default:
        throw new Error(`${message.value.kind} is not for consensus`);
    }
  }

  private verified(bytes: Uint8Array): SignedBlock {
    const decoded = decodeSignedBlock(bytes);
    if (!decoded.ok) throw new Error(decoded.error.reason);
    const check = blockSignatureCheck(decoded.value, this.committee);
    if (check === undefined || !ed25519Verify(check.publicKey, check.message, check.signature)) {
      throw new Error("a block of somebody else");
    }
    return decoded.value;
  }

  private input(input: Input): void {
    let blocks: readonly SignedBlock[] = [];
    for (const output of step(this.core, input, Date.now())) {
      if (output.kind === "PersistBlocks") {
        blocks = output.blocks;
        continue;
      }
      blocks = this.persist(blocks, output);
      this.perform(output);
    }
    this.persist(blocks, undefined);
  }

  private persist(blocks: readonly SignedBlock[], output: Output | undefined): [] {
    const commits = output?.kind === "PersistCommits" ? output.commits : [];
    if (blocks.length === 0 && commits.length === 0) return [];
    this.store.write({
      epoch: this.committee.epoch,
      blocks: blocks.map(({ ref, bytes }) => ({ ...ref, bytes })),
      commits: commits.map((one) => ({ index: one.index, bytes: encode(commitCodec, one) })),
    });
    return [];
  }

  private perform(output: Output): void {
    const { epoch } = this.committee;
    switch (output.kind) {
      case "Broadcast":
        this.transport.broadcast(encode(peerMessage, { kind: "Block", block: output.block.bytes }));
        return;
      case "Push":
        for (const { bytes: block } of output.blocks)
          this.send(output.to, { kind: "Block", block });
        return;
      case "Fetch": {
        const { from, request, query } = output;
        return this.send(from, { kind: "FetchBlocks", epoch, request, ...query });
      }
      case "SendBlocks": {
        const { to, request, blocks } = output;
        return this.send(to, { kind: "FetchedBlocks", epoch, request, blocks: bytesOf(blocks) });
      }
      case "Commit":
        for (const { block } of output.subDag.blocks) this.ordered += block.transactions.length;
        return;
      case "SetTimer":
        return this.setTimer(output.atMs);
      case "PersistMemory":
      case "PersistBlocks":
      case "PersistCommits":
      case "Accepted":
      case "Collected":
        return;
      case "SendStored":
      case "Greet":
      case "FetchCommits":
      case "Evidence":
      case "Diverged":
      case "Misbehaved":
        throw new Error(`${output.kind} among honest validators`);
      default:
        return unreachable(output);
    }
  }

  private setTimer(atMs: number): void {
    clearTimeout(this.timer);
    const waitMs = Math.max(0, atMs - Date.now());
    this.timer = setTimeout(() => this.input({ kind: "Timer" }), waitMs);
  }

  private send(to: number, message: PeerMessage): void {
    this.transport.send(keyOf(to), encode(peerMessage, message));
  }

  private authorityOf(key: string): number {
    return this.committee.members.findIndex((_, authority) => keyOf(authority) === key);
  }
}

/** What one validator is told. */
export type OpaqueOrder = {
  readonly size: number;
  readonly authority: number;
  readonly perSecond: number;
  readonly directory: string;
};

/** A validator as a process of its own. */
async function main(text: string): Promise<void> {
  installNative();
  const { size, authority, perSecond, directory } = JSON.parse(text) as OpaqueOrder;
  const plain = testCommittee(size);
  const members = plain.members.map((member, place) => ({
    ...member,
    worker_key: ed25519PublicKey(seedOf(place)),
  }));
  const node = new OpaqueNode({ ...plain, members }, authority, perSecond, directory);
  await node.transport.start();
  process.on("message", (message: "count" | readonly number[]) => {
    if (message === "count") process.send?.(node.ordered);
    else node.start(message);
  });
  // Whoever started it has died.
  process.on("disconnect", () => process.exit(0));
  process.send?.(node.transport.port);
}

function bytesOf(blocks: readonly SignedBlock[]): readonly Uint8Array[] {
  return blocks.map(({ bytes }) => bytes);
}

if (import.meta.main) await main(process.argv[2] ?? "{}");
