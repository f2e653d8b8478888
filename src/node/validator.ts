/**
 * The validator's part of a node: consensus of the present epoch, fed from the mempool, and its
 * commits executed. Consensus speaks of authorities; here they become peers and back.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { encode } from "../bcs/schema.ts";
import type { Input, Output } from "../consensus/io.ts";
import type { CommittedSubDag } from "../consensus/linearize.ts";
import { createConsensus } from "../consensus/recover.ts";
import { step as stepConsensus } from "../consensus/step.ts";
import type { SignedBlock } from "../types/block.ts";
import { type Commit, commit as commitCodec } from "../types/commit.ts";
import { ownedInputs } from "../types/transaction.ts";
import { certifyReady, closeWhenDue } from "./checkpoints.ts";
import { peerOf, performSend } from "./correspond.ts";
import type { NodeOutput } from "./io.ts";
import { executeCommit, type OrderedCommit } from "./order.ts";
import {
  compatible,
  encodeEndOfPublish,
  encodeVersions,
  forgetPayloads,
  type OrderedTransaction,
  payloadsOf,
} from "./payloads.ts";
import { type FormerConsensus, isCertain, type Node } from "./state.ts";

const NOTHING: FormerConsensus = { blocks: [], commits: [], skippedRound: undefined };

/** Begins consensus of the present epoch if this node is in the committee. */
export function startConsensus(node: Node, former: FormerConsensus, out: NodeOutput[]): void {
  const { limits } = node.config;
  const { authority, identity, committee, startMs } = node.epoch.setting;
  if (identity === undefined || authority === undefined || former.isGone === true) return;
  const config = {
    committee,
    epochStartMs: startMs,
    authority,
    limits,
    leadersPerRound: limits.leadersPerRound,
    sign: identity.sign,
    payload: {
      take: (countMax: number, bytesMax: number) => takePayload(node, countMax, bytesMax),
      busy: () => isBusy(node),
      check: checkPayload,
    },
  };
  const lastProcessedCommit = node.epoch.progress.commitIndex;
  node.consensus = createConsensus(config, { ...former, lastProcessedCommit });
  runConsensus(node, { kind: "Start" }, out);
}

/**
 * Begins consensus of an epoch that this run of the node sees begin. A former run may have been in
 * it before: what it had of the chain then is written later than what it had of consensus.
 */
export function enterEpoch(node: Node, out: NodeOutput[]): void {
  const { number: epoch, authority, committee } = node.epoch.setting;
  const former = node.config.former?.(committee) ?? NOTHING;
  const isNew = isEmpty(former) && isCertain(node);
  const skippedRound = former.skippedRound ?? (isNew ? 0 : undefined);
  if (authority !== undefined) return startConsensus(node, { ...former, skippedRound }, out);
  // It may be started again with the keys that make it a validator.
  const { identity } = node.config;
  if (identity === undefined || skippedRound === undefined) return;
  out.push({ kind: "PersistMemory", epoch, skippedRound });
}

function isEmpty({ blocks, commits, isGone }: FormerConsensus): boolean {
  return blocks.length === 0 && commits.length === 0 && isGone !== true;
}

/** One step of consensus, with all that follows from it. */
export function runConsensus(node: Node, input: Input, out: NodeOutput[]): void {
  if (node.consensus === undefined) return;
  for (const output of stepConsensus(node.consensus, input, node.nowMs)) perform(node, output, out);
}

function perform(node: Node, output: Output, out: NodeOutput[]): void {
  const { number: epoch } = node.epoch.setting;
  switch (output.kind) {
    case "PersistMemory":
      out.push({ ...output, epoch });
      return;
    case "PersistBlocks":
      out.push({ kind: "PersistBlocks", epoch, blocks: output.blocks.map(stored) });
      return;
    case "PersistCommits":
      out.push({ kind: "PersistCommits", epoch, commits: output.commits.map(storedCommit) });
      return;
    case "Commit":
      return onCommit(node, output.subDag, out);
    case "Accepted":
      for (const block of output.blocks) reserveInputs(node, block);
      return;
    case "Collected":
      for (const block of output.blocks) releaseInputs(node, block);
      return;
    case "SetTimer":
      node.consensusTimerMs = output.atMs;
      return;
    case "Evidence":
      out.push(accusation(node, output));
      if (output.isOwnFinding) out.push(spread(output));
      return;
    case "Diverged":
    case "Misbehaved":
      out.push(accusation(node, output));
      return;
    default:
      performSend(node, output, out);
  }
}

type Accusation = Extract<Output, { kind: "Evidence" | "Diverged" | "Misbehaved" }>;

function accusation(node: Node, output: Accusation): NodeOutput {
  if (output.kind === "Evidence") {
    const { first, second } = output;
    return { kind: "Evidence", authority: first.block.author, blocks: [first, second] };
  }
  if (output.kind === "Diverged") {
    const reason = `voted for another commit ${output.vote.index}`;
    return { kind: "Misbehaved", peer: peerOf(node, output.authority), reason };
  }
  const reason = `${output.fault.rule}: ${output.fault.detail}`;
  return { kind: "Misbehaved", peer: peerOf(node, output.peer), reason };
}

// Others may have been shown only one of the two blocks.
function spread({ first, second }: Extract<Output, { kind: "Evidence" }>): NodeOutput {
  const message = { kind: "Evidence", first: first.bytes, second: second.bytes } as const;
  return { kind: "Broadcast", message };
}

function onCommit(node: Node, subDag: CommittedSubDag, out: NodeOutput[]): void {
  const { chain, epoch } = node;
  if (epoch.closed) return;
  const commit = orderCommit(subDag);
  const settled = executeCommit(chain, epoch, commit);
  for (const { block } of subDag.blocks) forgetPayloads(block.transactions);
  for (const transaction of settled) settle(node, transaction);
  if (settled.length > 0) {
    out.push({ kind: "Ordered", digests: settled.map(({ digest }) => digest) });
  }
  closeWhenDue(node, commit.timestampMs, out);
  certifyReady(node, out);
}

/** Forgets an ordered transaction, and what waits for an input that it has used up. */
function settle(node: Node, { transaction, digest }: OrderedTransaction): void {
  const { chain, mempool, reservations } = node;
  const inputs = ownedInputs(transaction.data);
  for (const input of inputs.ok ? inputs.value : []) {
    const holder = reservations.holderOf(input);
    if (holder === undefined || holder === digest) continue;
    // What was dropped has used up nothing.
    if (chain.find(input.object_id)?.version === input.version) continue;
    mempool.remove(holder);
    reservations.release(holder);
  }
  mempool.remove(digest);
  reservations.release(digest);
}

function orderCommit(subDag: CommittedSubDag): OrderedCommit {
  const payloads = subDag.blocks.flatMap(({ block }) => {
    const decoded = payloadsOf(block.transactions);
    assert(decoded.ok, "a committed block has a valid payload");
    return decoded.value.map((payload, place) => {
      const sizeBytes = block.transactions[place]!.length;
      return { author: block.author, payload, sizeBytes };
    });
  });
  const { index, digest, timestampMs } = subDag;
  return { index, digest, round: subDag.leader.round, timestampMs, payloads };
}

function takePayload(node: Node, countMax: number, bytesMax: number): readonly Uint8Array[] {
  const { epoch, mempool, nowMs } = node;
  const messages: Uint8Array[] = [];
  const { versionsDue } = epoch;
  if (versionsDue !== undefined) messages.push(encodeVersions(versionsDue));
  if (epoch.endOfPublishDue) messages.push(encodeEndOfPublish(epoch.setting.number));
  const bytes = messages.reduce((sum, message) => sum + message.length, 0);
  const users = mempool.take(countMax - messages.length, bytesMax - bytes, nowMs);
  const chosen = compatible(users);
  // The very list whose payloads are decoded already, when there is nothing to add.
  return messages.length === 0 ? chosen : [...chosen, ...messages];
}

function isBusy({ mempool, chain, epoch, nowMs }: Node): boolean {
  const unfinished = chain.openCount > 0 || chain.pendingCount > 0;
  return unfinished || mempool.ready(nowMs) || (epoch.endOfPublishDue && !epoch.closed);
}

function checkPayload(transactions: readonly Uint8Array[]): string | undefined {
  const payloads = payloadsOf(transactions);
  return payloads.ok ? undefined : payloads.error;
}

function reserveInputs(node: Node, block: SignedBlock): void {
  for (const { transaction, digest } of userTransactions(block)) {
    const inputs = ownedInputs(transaction.data);
    node.mempool.noteProposed(digest, node.nowMs);
    if (inputs.ok) node.reservations.reserve(digest, inputs.value, node.nowMs);
  }
}

function releaseInputs(node: Node, block: SignedBlock): void {
  for (const { digest } of userTransactions(block)) {
    if (node.mempool.has(digest)) node.mempool.offerAgain(digest, node.nowMs);
    else node.reservations.release(digest);
  }
}

function userTransactions(block: SignedBlock): readonly OrderedTransaction[] {
  const payloads = payloadsOf(block.block.transactions);
  return payloads.ok ? payloads.value.filter((one) => one.kind === "UserTransaction") : [];
}

function stored(block: SignedBlock): { ref: SignedBlock["ref"]; bytes: Uint8Array } {
  return { ref: block.ref, bytes: block.bytes };
}

function storedCommit(commit: Commit): { index: number; bytes: Uint8Array } {
  return { index: commit.index, bytes: encode(commitCodec, commit) };
}
