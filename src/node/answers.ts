/**
 * Answers to the questions of peers. What they make this node read and send is counted; beyond its
 * budget a peer gets an empty answer, or none.
 *
 * @module
 */
import { totalLength } from "../base/bytes.ts";
import { findProof, NO_PROOF } from "./commit-proof.ts";
import type { NodeOutput, PeerId, PlainMessage } from "./io.ts";
import type { Node } from "./state.ts";
import { runConsensus } from "./validator.ts";

type Question<K extends PlainMessage["kind"]> = Extract<PlainMessage, { kind: K }>;

/** What a checkpoint counts for, in bytes, without looking at every transaction of it. */
const TRANSACTION_BYTES = 512;
const CHECKPOINT_BYTES = 2_048;

/** Sends the blocks that a validator asks for. */
export function answerBlocks(
  node: Node,
  peer: PeerId,
  { epoch, request, refs, above }: Question<"FetchBlocks">,
  out: NodeOutput[],
): void {
  const from = node.epoch.authorityOf(peer);
  if (from === undefined) return;
  const query = { refs, above };
  const mayAsk = node.budgets.ask(peer, node.nowMs);
  if (mayAsk && epoch === node.epoch.setting.number && node.consensus !== undefined) {
    return runConsensus(node, { kind: "FetchRequest", from, request, query }, out);
  }
  // An epoch that is over here may still be going on over there.
  const { fetchBlocksMax: blocksMax, blockBytesMax: bytesMax } = node.config.limits;
  const blocks = mayAsk ? node.reader.blocks(epoch, query, { blocksMax, bytesMax }) : [];
  node.budgets.spend(peer, totalLength(blocks), node.nowMs);
  out.push({ kind: "Send", peer, message: { kind: "FetchedBlocks", epoch, request, blocks } });
}

/** Shows a validator commits of the present epoch. */
export function answerCommits(
  node: Node,
  peer: PeerId,
  { epoch, request, first, count }: Question<"FetchCommits">,
  out: NodeOutput[],
): void {
  const { number, committee } = node.epoch.setting;
  if (node.epoch.authorityOf(peer) === undefined || epoch !== number) return;
  const { budgets, reader, nowMs } = node;
  const mayAsk = budgets.ask(peer, nowMs);
  const proof = mayAsk ? findProof(reader, committee, { first, count }) : NO_PROOF;
  budgets.spend(peer, totalLength(proof.votes), nowMs);
  out.push({ kind: "Send", peer, message: { kind: "FetchedCommits", epoch, request, ...proof } });
}

/** Sends certified checkpoints to whoever follows this node. */
export function answerFollower(
  { budgets, followers, nowMs }: Node,
  peer: PeerId,
  { sequence }: Question<"Follow">,
  out: NodeOutput[],
): void {
  if (!budgets.ask(peer, nowMs)) return;
  for (const sent of followers.follow(peer, sequence)) {
    out.push(sent);
    if (sent.kind !== "Send" || sent.message.kind !== "Checkpoint") continue;
    const { length } = sent.message.bundle.transactions;
    budgets.spend(peer, CHECKPOINT_BYTES + length * TRANSACTION_BYTES, nowMs);
  }
}
