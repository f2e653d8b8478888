/**
 * Drives one node: facts from outside become inputs, one after another, and the orders of each step
 * are carried out before the next. The messages of one peer keep their order while their signatures
 * are verified; those of different peers do not wait for each other.
 *
 *     payload → decode → prepare → verify → step → perform
 *
 * An error in here is our own bug or a broken disk: the node stops and says so.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { decode } from "../bcs/schema.ts";
import type { Peer } from "../network/transport.ts";
import { transactionCheck } from "../node/admission.ts";
import { Conduct, HOLD_MS, THROTTLE_MS } from "../node/conduct.ts";
import type { ExecuteOutcome, NodeInput, PeerId } from "../node/io.ts";
import { prepare } from "../node/prepare.ts";
import type { Node, Recovered } from "../node/state.ts";
import { start, step } from "../node/step.ts";
import { NODE_LIMITS } from "../protocol/limits.ts";
import { type PeerMessage, peerMessage, type SubmitRefusal } from "../types/message.ts";
import type { SignedTransaction } from "../types/transaction.ts";
import { ClientCalls } from "./client-calls.ts";
import { Lane } from "./lane.ts";
import { Performer, type PerformParts } from "./perform.ts";
import type { Fault } from "./verifier.ts";

/** What a node is driven with. */
export type DriveParts = PerformParts & {
  readonly node: Node;
  /** The node has stopped because of `error`. */
  readonly onFailure: (error: unknown) => void;
};

/** The loop of one node. */
export class Driver {
  private readonly parts: DriveParts;
  private readonly performer: Performer;
  private readonly calls = new ClientCalls();
  private readonly conduct = new Conduct();
  private readonly lanes = new Map<PeerId, Lane>();
  /** What waits for the step that is being performed. */
  private readonly tasks: (() => void)[] = [];
  private isRunning = false;
  private isStopped = false;

  constructor(parts: DriveParts) {
    this.parts = parts;
    this.performer = new Performer(parts, {
      input: (input) => this.input(input),
      answer: (request, outcome) => this.calls.answer(request, outcome),
      offend: (peer, reason) => this.offend(peer, reason),
      fail: (error) => this.fail(error),
    });
  }

  /** How many clients wait. */
  get waiting(): number {
    return this.calls.size;
  }

  /** Takes up where storage left off. */
  start(recovered: Recovered): void {
    const { node, nowMs } = this.parts;
    this.run(() => this.performer.perform(start(node, recovered, nowMs())));
  }

  /** Ends the loop; clients that wait are told. */
  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.tasks.length = 0;
    this.performer.stop();
    for (const lane of this.lanes.values()) lane.close();
    this.calls.rejectAll(stopped());
  }

  /** Hands a fact to the node. */
  input(input: NodeInput): void {
    this.run(() => this.step(input));
  }

  /** A connection to a peer is open. */
  connected({ key }: Peer): void {
    const { transport } = this.parts;
    this.lanes.set(
      key,
      new Lane(key, {
        pause: (peer) => transport.pause(peer),
        resume: (peer) => transport.resume(peer),
      }),
    );
    this.input({ kind: "Connected", peer: key });
  }

  /** The connection to a peer is gone. */
  disconnected({ key }: Peer): void {
    this.lanes.get(key)?.close();
    this.lanes.delete(key);
    this.input({ kind: "Disconnected", peer: key });
  }

  /** A peer has sent a message. */
  received({ key }: Peer, payload: Uint8Array): void {
    const lane = this.lanes.get(key);
    if (lane === undefined) return;
    lane.push(payload);
    this.run(() => this.pump(lane));
  }

  /** Why a transaction is not taken, whatever the state. */
  async check(transaction: SignedTransaction): Promise<ExecuteOutcome | undefined> {
    const check = transactionCheck(transaction);
    if (typeof check === "string") return refused("Invalid", check);
    const fault = await this.parts.verifier.verify([check]);
    if (fault !== undefined) return refused("Invalid", fault);
    if (this.calls.size < NODE_LIMITS.requestsMax) return undefined;
    return refused("Overloaded", "too many transactions wait at this node");
  }

  /** Has a checked transaction executed; resolves when it is final here, or refused. */
  execute(transaction: SignedTransaction): Promise<ExecuteOutcome> {
    if (this.isStopped) return Promise.reject(stopped());
    return this.calls.open((request) => this.input({ kind: "Execute", request, transaction }));
  }

  // Whatever happens while a step is performed waits until it is.
  private run(task: () => void): void {
    if (this.isStopped) return;
    this.tasks.push(task);
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (let next = this.tasks.shift(); next !== undefined; next = this.tasks.shift()) next();
    } catch (error) {
      this.fail(error);
    } finally {
      this.isRunning = false;
    }
  }

  private step(input: NodeInput): void {
    const { node, nowMs, counters } = this.parts;
    counters.steps++;
    this.performer.perform(step(node, input, nowMs()));
  }

  private pump(lane: Lane): void {
    for (let payload = lane.take(); payload !== undefined; payload = lane.take()) {
      this.parts.counters.messages++;
      const decoded = decode(peerMessage, payload);
      if (decoded.ok) this.consider(lane, decoded.value);
      else this.offend(lane.peer, `message: ${decoded.error.path}: ${decoded.error.reason}`);
    }
  }

  private consider(lane: Lane, message: PeerMessage): void {
    const { node, verifier, counters } = this.parts;
    const prepared = prepare(node, lane.peer, message);
    if (prepared.kind === "Reject") return this.offend(lane.peer, prepared.reason);
    if (prepared.kind === "Ignore") {
      counters.messagesIgnored++;
      return;
    }
    const { input, checks } = prepared;
    const verdict = verifier.verify(checks);
    if (!(verdict instanceof Promise)) return this.conclude(lane, input, verdict);
    // Transactions need no order, and there may be thousands: none waits for the one before.
    const isAside = message.kind === "Submit";
    if (isAside) lane.aside++;
    else lane.isHeld = true;
    const { epoch } = node;
    const settle = (fault: Fault): void => {
      if (isAside) lane.aside--;
      else lane.isHeld = false;
      if (!lane.isOpen) return;
      // In another epoch other keys count.
      if (node.epoch === epoch) this.conclude(lane, input, fault);
      else this.consider(lane, message);
      this.pump(lane);
    };
    verdict.then(
      (fault) => this.run(() => settle(fault)),
      (error: unknown) => this.fail(error),
    );
  }

  private conclude(lane: Lane, input: NodeInput, fault: Fault): void {
    if (fault === undefined) this.step(input);
    else this.offend(lane.peer, fault);
  }

  private offend(peer: PeerId, reason: string): void {
    const { counters, log, transport, nowMs } = this.parts;
    counters.offences++;
    log.warn(`peer ${peer.slice(0, 8)} misbehaved: ${reason}`);
    if (this.conduct.offend(peer, nowMs())) {
      transport.disconnect(peer, `misbehaved: ${reason}`, HOLD_MS);
      return;
    }
    const lane = this.lanes.get(peer);
    if (lane === undefined || lane.isHeld) return;
    lane.isHeld = true;
    setTimeout(() => {
      lane.isHeld = false;
      this.run(() => this.pump(lane));
    }, THROTTLE_MS);
  }

  private fail(error: unknown): void {
    if (this.isStopped) return;
    this.stop();
    this.parts.onFailure(error);
  }
}

function refused(reason: SubmitRefusal["reason"], detail: string): ExecuteOutcome {
  return { kind: "Refused", refusal: { reason, detail } };
}

function stopped(): SomaError {
  return new SomaError("node_stopped", "the node is stopping", { hint: "start it again" });
}
