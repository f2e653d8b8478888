/**
 * Following other nodes: a fullnode always follows one other's certified checkpoints; a
 * validator does so while the others are ahead of it. When the one it follows goes away or falls
 * silent it turns to the next.
 *
 * @module
 */
import { NODE_LIMITS } from "../protocol/limits.ts";
import { sign } from "./checkpoints.ts";
import type { NodeOutput, PeerId } from "./io.ts";
import { listValidators } from "./peer-list.ts";
import type { Node } from "./state.ts";

/** Repeats what may have been lost, and looks for help when others are ahead. */
export function resend(node: Node, out: NodeOutput[]): void {
  const { chain, certifier, nowMs, upstream } = node;
  node.resendMs = nowMs + NODE_LIMITS.resendMs;
  for (const closed of chain.pendingCheckpoints()) sign(node.epoch, closed, out);
  const stalled = upstream !== undefined && nowMs - upstream.heardMs > NODE_LIMITS.followStallMs;
  if (node.consensus === undefined) {
    if (upstream === undefined || stalled) followAnother(node, out);
    return;
  }
  const signed = certifier.highestSigned ?? 0n;
  const recently = nowMs - node.behindMs <= 2 * NODE_LIMITS.resendMs;
  const behind = recently || signed > chain.certifiedSequence + 1n;
  if (behind || isStuck(node) || isSilent(node)) followAnother(node, out);
  else node.upstream = undefined;
}

/** Tells `peer` what this node has and that it wants what comes next. */
export function follow(node: Node, peer: PeerId, out: NodeOutput[]): void {
  const heardMs = node.upstream?.peer === peer ? node.upstream.heardMs : node.nowMs;
  node.upstream = { peer, heardMs };
  const sequence = node.chain.certifiedSequence + 1n;
  out.push({ kind: "Send", peer, message: { kind: "Follow", sequence } });
}

/** Turns to the next peer that can be followed. */
export function followAnother(node: Node, out: NodeOutput[]): void {
  const peers = upstreams(node).filter((peer) => node.connected.has(peer));
  const current = peers.indexOf(node.upstream?.peer ?? "");
  node.upstream = undefined;
  const next = peers[(current + 1) % peers.length];
  if (next !== undefined) follow(node, next, out);
}

/** Whom a node may follow: nobody is believed, so whoever has the chain will do. */
export function upstreams({ epoch, chain, config }: Node): readonly PeerId[] {
  const validators = listValidators(epoch.setting.committee, chain).map(({ key }) => key);
  return [...new Set([...validators, ...(config.seeds ?? [])])];
}

// Others make a checkpoint twice a minute at least. A validator that has missed the end of its last
// epoch hears no more of them, because it is in their committee no more.
function isSilent({ chain, nowMs }: Node): boolean {
  return nowMs - Number(chain.tip.summary.timestamp_ms) > NODE_LIMITS.followStallMs;
}

// Others may have certified long ago what this node closed now, and sign it no more.
function isStuck({ chain, nowMs }: Node): boolean {
  for (const { bundle } of chain.pendingCheckpoints()) {
    return nowMs - Number(bundle.summary.timestamp_ms) > NODE_LIMITS.resendMs;
  }
  return false;
}
