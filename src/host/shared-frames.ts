/**
 * Frames between two threads of which always one has the turn: it writes a frame into memory that
 * both see, and then waits for the other's. Nobody needs an event loop for it, so that a step that
 * must not wait for promises can ask another thread.
 *
 * @module
 */
import { assert } from "../base/assert.ts";

/** What a frame is about. */
const KINDS = [
  "Find",
  "None",
  "Object",
  "Written",
  "Effects",
  "Committee",
  "Done",
  "Fault",
  "Broken",
] as const;

/** What a frame is about. */
export type FrameKind = (typeof KINDS)[number];

/** One frame; its bytes are the receiver's own. */
export type SharedFrame = { readonly kind: FrameKind; readonly bytes: Uint8Array };

/** Which of the two threads: the one that made the memory, or the one it was given to. */
export type Side = "owner" | "guest";

/** The largest frame: the effects of the largest epoch change. Memory is only taken when used. */
const FRAME_BYTES_MAX = 67_108_864;
const HEAD_WORDS = 3;
const HEAD_BYTES = HEAD_WORDS * Int32Array.BYTES_PER_ELEMENT;
const [TURN, KIND, LENGTH] = [0, 1, 2];
const PLACES: Readonly<Record<Side, number>> = { owner: 0, guest: 1 };
const NOTHING = new Uint8Array(0);

/** One thread's end. The guest has the first turn. */
export class SharedFrames {
  readonly memory: SharedArrayBuffer;
  private readonly head: Int32Array;
  private readonly body: Uint8Array;
  private readonly own: number;

  constructor(side: Side, memory: SharedArrayBuffer = newMemory()) {
    this.memory = memory;
    this.head = new Int32Array(memory, 0, HEAD_WORDS);
    this.body = new Uint8Array(memory, HEAD_BYTES);
    this.own = PLACES[side];
  }

  /** Says something and gives the turn away. */
  say(kind: FrameKind, bytes: Uint8Array = NOTHING): void {
    assert(bytes.length <= this.body.length, "a frame fits");
    this.body.set(bytes);
    Atomics.store(this.head, KIND, KINDS.indexOf(kind));
    Atomics.store(this.head, LENGTH, bytes.length);
    Atomics.store(this.head, TURN, 1 - this.own);
    Atomics.notify(this.head, TURN);
  }

  /** Waits for the turn and what the other says; nothing when that takes too long. */
  hear(timeoutMs: number): SharedFrame | undefined {
    const outcome = Atomics.wait(this.head, TURN, 1 - this.own, timeoutMs);
    if (outcome === "timed-out") return undefined;
    const kind = KINDS[Atomics.load(this.head, KIND)];
    assert(kind !== undefined, "a kind of frame");
    return { kind, bytes: this.body.slice(0, Atomics.load(this.head, LENGTH)) };
  }
}

function newMemory(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(HEAD_BYTES + FRAME_BYTES_MAX);
  Atomics.store(new Int32Array(memory, 0, HEAD_WORDS), TURN, PLACES.guest);
  return memory;
}
