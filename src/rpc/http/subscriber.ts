/**
 * One client's stream of checkpoints. The stream is pulled: a frame goes out when the client has
 * room for it, so a slow client costs a place in the log and nothing else. It ends with an error
 * event when the log no longer has what comes next.
 *
 * @module
 */
import { utf8 } from "../../base/bytes.ts";
import { problemView } from "../../wire/json/problem.ts";
import { encodeView } from "../../wire/json/view.ts";
import type { CheckpointLog } from "../checkpoint-log.ts";
import { problemOf, RpcError } from "./problem.ts";

/** Between two signs of life on a silent stream. */
const PING_MS = 15_000;
const HELLO = utf8(": connected\nretry: 1000\n\n");
const PING = utf8(": still here\n\n");

/** The frames from checkpoint `from` on; `isCatchingUp` when some of them may be in the past. */
export function subscribe(
  log: CheckpointLog,
  from: bigint,
  isCatchingUp: boolean,
): ReadableStream<Uint8Array> {
  const subscriber = new Subscriber(log, from, isCatchingUp);
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => subscriber.start(controller),
      pull: () => subscriber.send(),
      cancel: () => subscriber.stop(),
    },
    { highWaterMark: 0 },
  );
}

class Subscriber {
  private readonly log: CheckpointLog;
  private sequence: bigint;
  private isCatchingUp: boolean;
  /** The client has room, and nothing was there for it. */
  private isHungry = false;
  private isGreeted = false;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private unlisten: (() => void) | undefined;
  private pinging: Timer | undefined;

  constructor(log: CheckpointLog, from: bigint, isCatchingUp: boolean) {
    this.log = log;
    this.sequence = from;
    this.isCatchingUp = isCatchingUp;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.controller = controller;
    this.unlisten = this.log.listen(() => {
      if (this.isHungry) this.send();
    });
    this.pinging = setInterval(() => {
      if (this.isHungry) this.enqueue(PING);
    }, PING_MS);
    this.pinging.unref();
  }

  // Headers and greeting go out at once, whenever the first checkpoint comes.
  send(): void {
    if (!this.isGreeted) {
      this.isGreeted = true;
      return this.enqueue(HELLO);
    }
    const next = this.log.next(this.sequence, this.isCatchingUp);
    if (next === "Lost") return this.fail();
    if (next === "Wait") {
      this.isCatchingUp = false;
      this.isHungry = true;
      return;
    }
    this.sequence += 1n;
    this.enqueue(next);
  }

  stop(): void {
    this.unlisten?.();
    clearInterval(this.pinging);
    this.isHungry = false;
  }

  private enqueue(frame: Uint8Array): void {
    this.isHungry = false;
    this.controller?.enqueue(frame);
  }

  private fail(): void {
    const error = new RpcError(
      429,
      "subscriber_too_slow",
      "checkpoints came faster than you read",
      {
        hint: `go on from checkpoint ${this.sequence}`,
      },
    );
    const data = JSON.stringify(encodeView(problemView, problemOf(error)));
    this.enqueue(utf8(`event: error\ndata: ${data}\n\n`));
    this.stop();
    this.controller?.close();
  }
}
