/**
 * What consensus says to other authorities, as messages to peers of this epoch.
 *
 * @module
 */
import { totalLength } from "../base/bytes.ts";
import { claimTo } from "../consensus/core.ts";
import type { Output } from "../consensus/io.ts";
import type { PeerMessage } from "../types/message.ts";
import type { NodeOutput, PeerId } from "./io.ts";
import type { Node } from "./state.ts";

/** Tells an authority what this one has of its blocks, and of its own. */
export function greet(node: Node, peer: PeerId, asks: boolean, out: NodeOutput[]): void {
  const { consensus, epoch } = node;
  const authority = epoch.authorityOf(peer);
  if (consensus === undefined || authority === undefined) return;
  const { ours: round, theirs: signed } = claimTo(consensus, authority);
  const parts = { epoch: epoch.setting.number, round, signed, asks };
  out.push({ kind: "Send", peer, message: { kind: "Subscribe", ...parts } });
}

/** What consensus says to other authorities. */
export type SendOutput = Extract<
  Output,
  { kind: "Broadcast" | "Greet" | "Push" | "SendBlocks" | "SendStored" | "Fetch" | "FetchCommits" }
>;

/** Sends what consensus has to say. */
export function performSend(node: Node, output: SendOutput, out: NodeOutput[]): void {
  const { number: epoch } = node.epoch.setting;
  const send = (authority: number, message: PeerMessage): void => {
    out.push({ kind: "Send", peer: peerOf(node, authority), message });
  };
  switch (output.kind) {
    case "Broadcast":
      out.push({ kind: "Broadcast", message: { kind: "Block", block: output.block.bytes } });
      return;
    case "Greet":
      return greet(node, peerOf(node, output.to), true, out);
    case "Push": {
      const { to, blocks } = output;
      node.budgets.spend(
        peerOf(node, to),
        totalLength(blocks.map(({ bytes }) => bytes)),
        node.nowMs,
      );
      for (const { bytes: block } of blocks) send(to, { kind: "Block", block });
      return;
    }
    case "SendBlocks":
    case "SendStored": {
      const { to, request } = output;
      const blocks = blocksOf(node, output);
      node.budgets.spend(peerOf(node, to), totalLength(blocks), node.nowMs);
      return send(to, { kind: "FetchedBlocks", epoch, request, blocks });
    }
    case "Fetch": {
      const { from, request, query } = output;
      return send(from, { kind: "FetchBlocks", epoch, request, ...query });
    }
    case "FetchCommits": {
      const { from, ...question } = output;
      return send(from, { ...question, epoch });
    }
  }
}

function blocksOf(
  { reader, epoch }: Node,
  output: Extract<SendOutput, { kind: "SendBlocks" | "SendStored" }>,
): readonly Uint8Array[] {
  if (output.kind === "SendBlocks") return output.blocks.map(({ bytes }) => bytes);
  return reader.blocks(epoch.setting.number, output.query, output);
}

/** The peer that an authority of the present epoch is. */
export function peerOf(node: Node, authority: number): PeerId {
  return node.epoch.setting.peers[authority]!;
}
