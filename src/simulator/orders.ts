/**
 * Carries out the orders of simulated nodes. What is persisted is written at once, and durable
 * before anything else of the same step leaves the node; what takes time is answered later. The
 * checker sees each order of an honest node first. A traitor's messages are changed on their way.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { NodeInput, NodeOutput, PeerId } from "../node/io.ts";
import type { PeerMessage } from "../types/message.ts";
import { simAggregate, simBlsSign, simVerify } from "./crypto.ts";
import { Frame } from "./frame.ts";
import type { SimNode } from "./sim-node.ts";
import type { World } from "./world.ts";

type OrderOf<K extends NodeOutput["kind"]> = Extract<NodeOutput, { kind: K }>;

const SIGN_MS = 3;
const AGGREGATE_MS = 12;

/** Carries out one order of a node. */
export function carryOut(world: World, node: SimNode, output: NodeOutput): void {
  switch (output.kind) {
    case "PersistMemory":
    case "PersistCheckpoint":
    case "PersistBlocks":
    case "PersistCommits":
      if (!world.traitors.has(node.index)) world.checker.persists(node, output);
      node.disk.write(output);
      return output.kind === "PersistCheckpoint" ? world.connections.refresh(node) : undefined;
    case "SetTimer":
      return setTimer(world, node, output.atMs);
    case "Ordered":
      return;
    case "EpochStarted":
      world.log(node.index, `epoch ${output.epoch}`, output.committee.members.length);
      if (node.seatPeer !== node.peer) world.connections.show(node, node.seatPeer);
      world.connections.refresh(node);
      return world.connections.connectAll(node);
    case "Evidence":
      return accuse(world, node, output);
    case "Misbehaved":
      return world.offend(node, world.nodeOf(output.peer), output.reason);
    default:
      node.disk.sync();
      return carryOutside(world, node, output);
  }
}

type Outside = OrderOf<"Send" | "Broadcast" | "SignCheckpoint" | "Aggregate" | "Answer">;

function carryOutside(world: World, node: SimNode, output: Outside): void {
  switch (output.kind) {
    case "Send":
      return send(world, node, [output.peer], output.message);
    case "Broadcast": {
      const { peers } = present(node.node, "a running node").epoch.setting;
      const others = peers.filter((peer) => peer !== node.peer);
      return send(world, node, others, output.message);
    }
    case "SignCheckpoint":
      return sign(world, node, output);
    case "Aggregate":
      return aggregate(world, node, output);
    case "Answer":
      return world.answer(output.request, output.outcome);
  }
}

function send(world: World, node: SimNode, peers: readonly PeerId[], message: PeerMessage): void {
  // Under a key that it shows no more, or not yet, nobody is reached.
  const recipients = peers.flatMap((peer) => {
    const to = world.nodeOf(peer);
    return to.peer === peer ? [to] : [];
  });
  const tamper = world.traitors.get(node.index);
  if (tamper === undefined) {
    world.checker.sends(node, message);
    const frame = Frame.of(message);
    for (const to of recipients) world.send(node, to, frame);
    return;
  }
  for (const to of recipients) {
    for (const frame of tamper(message, to.index)) world.send(node, to, frame);
  }
}

function accuse(world: World, node: SimNode, { authority }: OrderOf<"Evidence">): void {
  const { peers } = present(node.node, "a running node").epoch.setting;
  const accused = world.nodeOf(present(peers[authority], "an authority"));
  if (world.traitors.has(node.index) || world.traitors.has(accused.index)) return;
  world.checker.fail(node, `has evidence of equivocation of node ${accused.index}`);
}

function setTimer(world: World, node: SimNode, atMs: number): void {
  const timer = ++node.timer;
  world.later(node, atMs - node.nowMs, () => {
    if (node.timer !== timer) return;
    // The node's time may have gone slower than the timer's.
    if (node.nowMs < atMs) setTimer(world, node, atMs);
    else world.input(node, { kind: "Timer" });
  });
}

function sign(world: World, node: SimNode, order: OrderOf<"SignCheckpoint">): void {
  const { protocolKey, sequence, digest, message } = order;
  const signature = simBlsSign(protocolKey, message);
  answerLater(world, node, SIGN_MS, { kind: "CheckpointSigned", sequence, digest, signature });
}

function aggregate(world: World, node: SimNode, order: OrderOf<"Aggregate">): void {
  const { sequence, digest, message, signers, publicKeys, signatures } = order;
  const sum = simAggregate(signatures);
  const isValid = simVerify({ kind: "Aggregate", publicKeys, message, signature: sum });
  const isWrong = (_: number, place: number): boolean =>
    !simVerify({
      kind: "Aggregate",
      publicKeys: [publicKeys[place]!],
      message,
      signature: signatures[place]!,
    });
  const invalid = isValid ? [] : signers.filter(isWrong);
  const signature = isValid ? sum : undefined;
  const answer = { kind: "Aggregated", sequence, digest, signers, signature, invalid } as const;
  answerLater(world, node, AGGREGATE_MS, answer);
}

function answerLater(world: World, node: SimNode, delayMs: number, input: NodeInput): void {
  world.later(node, delayMs, () => world.input(node, input));
}
