/**
 * The whole node as one function: from a fact to orders. It reads no clock, no file and no socket,
 * and waits for nothing; the driver (`host/`) and the simulator perform the same orders with real
 * and with simulated ones. The orders of one step are performed in order before the next step.
 *
 *     message → prepare → verified → step → persist → send → answer
 *
 * @module
 */
import type { SignedTransaction } from "../types/transaction.ts";
import { refuseByState, toClient } from "./admission.ts";
import { answerBlocks, answerCommits, answerFollower } from "./answers.ts";
import { Certifier } from "./certifier.ts";
import { adopt, certifyReady, sign } from "./checkpoints.ts";
import { greet } from "./correspond.ts";
import { Epoch, NO_PROGRESS } from "./epoch.ts";
import { follow, followAnother, resend, upstreams } from "./following.ts";
import type { NodeInput, NodeOutput, PeerId, PlainMessage } from "./io.ts";
import { currentEpoch, type Node, noteMemory, type Recovered } from "./state.ts";
import { executeForClient, hand, nameTransaction, submit, voiceOf } from "./submit.ts";
import { enterEpoch, runConsensus, startConsensus } from "./validator.ts";

/** One step of a node: same node, same input and same time give the same orders, everywhere. */
export function step(node: Node, input: NodeInput, nowMs: number): NodeOutput[] {
  const out: NodeOutput[] = [];
  node.nowMs = nowMs;
  settle(node);
  take(node, input, out);
  finish(node, out);
  arm(node, out);
  return out;
}

/** The first step of a node: consensus takes up where its storage left off. */
export function start(node: Node, recovered: Recovered, nowMs: number): NodeOutput[] {
  const out: NodeOutput[] = [];
  node.nowMs = nowMs;
  node.startedMs = nowMs;
  const { number: epoch, committee } = node.epoch.setting;
  out.push({ kind: "EpochStarted", epoch, committee });
  startConsensus(node, recovered, out);
  finish(node, out);
  arm(node, out);
  return out;
}

// The records of the last step are in storage by now.
function settle(node: Node): void {
  for (const record of node.unsettled.splice(0)) node.chain.settle(record);
}

function take(node: Node, input: NodeInput, out: NodeOutput[]): void {
  switch (input.kind) {
    case "Timer":
      return onTimer(node, out);
    case "Connected":
      return onConnected(node, input.peer, out);
    case "Disconnected":
      return onDisconnected(node, input.peer, out);
    case "Block":
    case "FetchedBlocks":
    case "FetchedCommits":
      return onBlocks(node, input, out);
    case "Evidence": {
      const { first, second } = input;
      if (second.block.epoch !== node.epoch.setting.number) return;
      return runConsensus(node, { kind: "Evidence", first, second }, out);
    }
    case "Message":
      return onMessage(node, input.peer, input.message, out);
    case "Behind":
      node.behindMs = node.nowMs;
      if (node.upstream === undefined) follow(node, input.peer, out);
      return;
    case "Execute":
      return executeForClient(node, input.request, input.transaction, out);
    case "Cancel":
      return node.requests.cancel(input.request);
    case "AdvanceEpoch":
      node.epoch.requestClose();
      return runConsensus(node, { kind: "Submitted" }, out);
    case "CheckpointSigned":
      return onSigned(node, input, out);
    case "Aggregated":
      node.certifier.answer(input);
      return certifyReady(node, out);
  }
}

function onTimer(node: Node, out: NodeOutput[]): void {
  const { nowMs } = node;
  const due = node.consensusTimerMs;
  if (due !== undefined && due <= nowMs) {
    node.consensusTimerMs = undefined;
    runConsensus(node, { kind: "Timer" }, out);
  }
  const { submissions, answers } = node.requests.tick(nowMs);
  out.push(...answers);
  for (const submission of submissions) hand(node, submission, out);
  if (node.resendMs <= nowMs) resend(node, out);
}

function onConnected(node: Node, peer: PeerId, out: NodeOutput[]): void {
  node.connected.add(peer);
  if (node.epoch.authorityOf(peer) !== undefined) {
    subscribe(node, peer, out);
    for (const closed of node.chain.pendingCheckpoints()) sign(node.epoch, closed, out);
  }
  const isFree = node.consensus === undefined && node.upstream === undefined;
  if (isFree && upstreams(node).includes(peer)) follow(node, peer, out);
}

function onDisconnected(node: Node, peer: PeerId, out: NodeOutput[]): void {
  node.connected.delete(peer);
  node.followers.drop(peer);
  node.requests.lost(peer, node.nowMs);
  const authority = node.epoch.authorityOf(peer);
  if (authority !== undefined) runConsensus(node, { kind: "Disconnected", peer: authority }, out);
  if (node.upstream?.peer === peer) followAnother(node, out);
}

function onBlocks(
  node: Node,
  input: Extract<NodeInput, { kind: "Block" | "FetchedBlocks" | "FetchedCommits" }>,
  out: NodeOutput[],
): void {
  const from = node.epoch.authorityOf(input.peer);
  if (from === undefined) return;
  if (input.kind === "Block") {
    if (input.block.block.epoch !== node.epoch.setting.number) return;
    return runConsensus(node, { kind: "Block", from, block: input.block }, out);
  }
  const { request } = input;
  if (input.kind === "FetchedCommits") {
    return runConsensus(node, { kind: "CommitsFetched", from, request, proof: input.proof }, out);
  }
  runConsensus(node, { kind: "BlocksFetched", from, request, blocks: input.blocks }, out);
}

function onMessage(node: Node, peer: PeerId, message: PlainMessage, out: NodeOutput[]): void {
  switch (message.kind) {
    case "Subscribe":
      return onSubscribe(node, peer, message, out);
    case "FetchBlocks":
      return answerBlocks(node, peer, message, out);
    case "FetchCommits":
      return answerCommits(node, peer, message, out);
    case "CheckpointSignature":
      return onCheckpointSignature(node, peer, message, out);
    case "Follow":
      return answerFollower(node, peer, message, out);
    case "Checkpoint":
      adopt(node, message.bundle, out);
      if (node.upstream?.peer === peer) follow(node, peer, out);
      return;
    case "Submit":
      return onSubmit(node, peer, message.transaction, out);
    case "Submitted": {
      const { digest, refusal } = message;
      out.push(...node.requests.reply(digest, refusal, node.nowMs, voiceOf(node, peer)));
    }
  }
}

function onSubscribe(
  node: Node,
  peer: PeerId,
  message: Extract<PlainMessage, { kind: "Subscribe" }>,
  out: NodeOutput[],
): void {
  const authority = node.epoch.authorityOf(peer);
  if (authority === undefined || message.epoch !== node.epoch.setting.number) return;
  if (!node.budgets.ask(peer, node.nowMs)) return;
  const claim = { ours: message.round, theirs: message.signed };
  runConsensus(node, { kind: "Subscribed", peer: authority, claim }, out);
  // What was said to it before may have come while it was in the epoch before.
  if (message.asks) greet(node, peer, false, out);
}

function onCheckpointSignature(
  node: Node,
  peer: PeerId,
  message: Extract<PlainMessage, { kind: "CheckpointSignature" }>,
  out: NodeOutput[],
): void {
  const authority = node.epoch.authorityOf(peer);
  if (authority === undefined || message.epoch !== node.epoch.setting.number) return;
  node.certifier.addSignature(authority, message, node.chain.certifiedSequence + 1n);
  certifyReady(node, out);
}

function onSubmit(
  node: Node,
  peer: PeerId,
  transaction: SignedTransaction,
  out: NodeOutput[],
): void {
  const ordered = nameTransaction(transaction);
  const refusal = submit(node, ordered, out);
  out.push({ kind: "Send", peer, message: { kind: "Submitted", digest: ordered.digest, refusal } });
}

function onSigned(
  node: Node,
  { sequence, digest, signature }: Extract<NodeInput, { kind: "CheckpointSigned" }>,
  out: NodeOutput[],
): void {
  const { authority, number: epoch } = node.epoch.setting;
  const closed = node.chain.pendingAt(sequence);
  if (authority === undefined || closed?.digest !== digest) return;
  const vote = { sequence, digest, signature };
  node.certifier.addSignature(authority, vote, node.chain.certifiedSequence + 1n);
  out.push({ kind: "Broadcast", message: { kind: "CheckpointSignature", epoch, ...vote } });
  certifyReady(node, out);
}

// What this step certified: followers and clients are told, and the epoch may be over.
function finish(node: Node, out: NodeOutput[]): void {
  for (const { bundle, executed } of node.unsettled) {
    const { summary } = bundle;
    if (node.upstream !== undefined) node.upstream.heardMs = node.nowMs;
    out.push(...node.followers.advance(bundle));
    for (const one of executed) {
      const { sequence_number: sequence, timestamp_ms: timestampMs } = summary;
      node.mempool.remove(one.digest);
      node.reservations.release(one.digest);
      out.push(...node.requests.executed({ executed: one, sequence, timestampMs }));
    }
    if (summary.end_of_epoch_data !== undefined) changeEpoch(node, out);
  }
  if (node.unsettled.length > 0) out.push(...refuseStale(node));
}

function refuseStale(node: Node): NodeOutput[] {
  if (node.requests.size === 0) return [];
  const changed = node.unsettled.flatMap(({ written, deleted }) => [
    ...written.map(({ id }) => id),
    ...deleted,
  ]);
  return node.requests.refuseStale(changed, ({ transaction, digest }) => {
    if (node.chain.executed(digest)) return undefined;
    const refusal = refuseByState(node.chain, transaction.data);
    // All inputs were here when it came, so what is not found now is used up too.
    return refusal?.reason === "Invalid" ? undefined : toClient(refusal);
  });
}

function changeEpoch(node: Node, out: NodeOutput[]): void {
  const setting = currentEpoch(node.config, node.chain);
  noteMemory(node);
  node.epoch = new Epoch(setting, NO_PROGRESS);
  node.certifier = new Certifier(setting.committee);
  node.consensus = undefined;
  node.consensusTimerMs = undefined;
  node.mempool.reoffer(node.nowMs);
  node.requests.epochChanged();
  out.push({ kind: "EpochStarted", epoch: setting.number, committee: setting.committee });
  enterEpoch(node, out);
  for (const peer of node.connected) subscribe(node, peer, out);
  // Whoever waits for what a validator took before it left hands it to another in time.
  if (node.consensus === undefined) node.mempool.clear();
  if (node.consensus === undefined && node.upstream === undefined) followAnother(node, out);
}

function subscribe(node: Node, peer: PeerId, out: NodeOutput[]): void {
  const authority = node.epoch.authorityOf(peer);
  if (node.consensus === undefined || authority === undefined) return;
  runConsensus(node, { kind: "Connected", peer: authority }, out);
  greet(node, peer, true, out);
}

function arm(node: Node, out: NodeOutput[]): void {
  const candidates = [node.consensusTimerMs, node.requests.nextMs, node.resendMs];
  const atMs = Math.min(...candidates.filter((time) => time !== undefined));
  if (atMs === node.timerMs && atMs > node.nowMs) return;
  node.timerMs = atMs;
  out.push({ kind: "SetTimer", atMs: Math.max(atMs, node.nowMs) });
}
