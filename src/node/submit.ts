/**
 * A transaction's way into the network: a client's call at any node, handed to the home validator
 * of its gas coin, and from there into a block.
 *
 * @module
 */
import { TOTAL_VOTING_POWER } from "../types/committee.ts";
import type { SubmitRefusal } from "../types/message.ts";
import { ownedInputs, type SignedTransaction, transactionDigest } from "../types/transaction.ts";
import { payingCoin, refuse, toClient } from "./admission.ts";
import { homesOf } from "./homes.ts";
import type { NodeOutput, PeerId } from "./io.ts";
import { encodeUserPayload, type OrderedTransaction } from "./payloads.ts";
import type { Submission, Voice } from "./requests.ts";
import type { Node } from "./state.ts";
import { runConsensus } from "./validator.ts";

/** A transaction with its name. */
export function nameTransaction(transaction: SignedTransaction): OrderedTransaction {
  const digest = transactionDigest(transaction.data);
  return { kind: "UserTransaction", transaction, digest };
}

/** A client's call: answered from this node's state, or waited for. */
export function executeForClient(
  node: Node,
  request: number,
  transaction: SignedTransaction,
  out: NodeOutput[],
): void {
  const ordered = nameTransaction(transaction);
  const refusal = refuse(node.chain, node.reservations, ordered);
  // What has executed is refused, because its gas is used up; all else need not be looked up.
  const final = refusal && node.reader.execution(ordered.digest);
  if (final !== undefined) {
    out.push({ kind: "Answer", request, outcome: { kind: "Executed", ...final } });
    return;
  }
  if (refusal !== undefined && !node.chain.executed(ordered.digest)) {
    const outcome = { kind: "Refused", refusal: toClient(refusal) } as const;
    out.push({ kind: "Answer", request, outcome });
    return;
  }
  if (node.requests.isFull) {
    const full = {
      reason: "Overloaded",
      detail: "too many transactions wait at this node",
    } as const;
    out.push({ kind: "Answer", request, outcome: { kind: "Refused", refusal: full } });
    return;
  }
  const submission = node.requests.add(request, ordered, node.nowMs);
  if (submission !== undefined) hand(node, submission, out);
}

/** Hands a transaction to the next authority of this epoch that has not had it. */
export function hand(node: Node, { tried, ordered }: Submission, out: NodeOutput[]): void {
  const peer = nextOf(node, ordered, tried);
  if (node.epoch.authorityOf(peer) === node.epoch.setting.authority) {
    const refusal = submit(node, ordered, out);
    out.push(...node.requests.reply(ordered.digest, refusal, node.nowMs, ownVoice(node)));
    return;
  }
  if (node.connected.has(peer)) {
    const { transaction } = ordered;
    node.requests.handed(ordered.digest, peer);
    out.push({ kind: "Send", peer, message: { kind: "Submit", transaction } });
    return;
  }
  const refusal: SubmitRefusal = { reason: "Overloaded", detail: "the validator is away" };
  out.push(...node.requests.reply(ordered.digest, refusal, node.nowMs, ownVoice(node)));
}

// This node's own door and connections are no hearsay.
function ownVoice({ config }: Node): Voice {
  return { peer: config.peer, power: TOTAL_VOTING_POWER, isOwn: true };
}

/** What the word of a peer counts in this epoch. */
export function voiceOf({ epoch }: Node, peer: PeerId): Voice {
  const authority = epoch.authorityOf(peer);
  const member = authority === undefined ? undefined : epoch.setting.committee.members[authority];
  return { peer, power: member?.voting_power ?? 0, isOwn: false };
}

/** Takes a transaction into this validator's mempool, or says why not. */
export function submit(
  node: Node,
  ordered: OrderedTransaction,
  out: NodeOutput[],
): SubmitRefusal | undefined {
  const { chain, mempool, reservations, nowMs } = node;
  if (node.consensus === undefined) return { reason: "Behind", detail: "not a validator now" };
  const { digest, transaction } = ordered;
  if (mempool.has(digest)) return undefined;
  const refusal = refuse(chain, reservations, ordered);
  if (refusal !== undefined) return chain.executed(digest) ? undefined : refusal;
  const homes = homesFor(node, ordered);
  const isHome = homes.includes(node.epoch.setting.authority ?? -1);
  const payload = encodeUserPayload(transaction);
  if (payload.length > node.config.limits.transactionBytesMax) {
    return { reason: "Invalid", detail: "the transaction is too large for a block" };
  }
  const { sender } = transaction.data;
  const full = mempool.add({ digest, sender, payload, isFallback: !isHome }, nowMs);
  if (full !== undefined) return { reason: "Overloaded", detail: full };
  const inputs = ownedInputs(transaction.data);
  if (inputs.ok) reservations.reserve(digest, inputs.value, nowMs);
  if (isHome) runConsensus(node, { kind: "Submitted" }, out);
  else forward(node, ordered, homes, out);
  return undefined;
}

function forward(
  node: Node,
  { transaction }: OrderedTransaction,
  homes: readonly number[],
  out: NodeOutput[],
): void {
  const peers = homes.map((home) => node.epoch.setting.peers[home]!);
  const peer = peers.find((home) => node.connected.has(home));
  if (peer === undefined) return;
  out.push({ kind: "Send", peer, message: { kind: "Submit", transaction } });
}

// Homes first, then everybody else: a silent home is passed over, in the next epoch as well, when
// it may be drawn again.
function nextOf(node: Node, ordered: OrderedTransaction, tried: Set<PeerId>): PeerId {
  const { peers } = node.epoch.setting;
  const homes = homesFor(node, ordered).map((authority) => peers[authority]!);
  const order = [...homes, ...peers.filter((peer) => !homes.includes(peer))];
  if (order.every((peer) => tried.has(peer))) tried.clear();
  const next = order.find((peer) => !tried.has(peer))!;
  tried.add(next);
  return next;
}

function homesFor(node: Node, { transaction }: OrderedTransaction): readonly number[] {
  const coin = payingCoin(transaction.data);
  return coin === undefined ? [] : homesOf(node.epoch.setting.committee, coin);
}
