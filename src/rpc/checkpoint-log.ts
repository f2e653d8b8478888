/**
 * The last checkpoints as frames of a stream, made once for all who listen. A subscriber is a place
 * in the log; it is sent one frame after another, as fast as it takes them, and never one too few.
 * Who falls behind the log has lost the thread and is told so. The log follows the chain only while
 * somebody listens.
 *
 * @module
 */
import { SUBSCRIPTION_LIMITS } from "../protocol/limits.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import type { CheckpointFeed, LedgerReader } from "./reader.ts";

/** Where checkpoints come from, and what a frame of one is. */
export type LogSource = {
  readonly reader: LedgerReader;
  readonly feed: CheckpointFeed;
  readonly frameOf: (bundle: CheckpointBundle) => Uint8Array;
};

/** How much the log keeps for those who are behind. */
export type LogLimits = { readonly checkpointsMax: number; readonly bytesMax: number };

/** What a subscriber gets next: a frame; nothing yet; or never, because it is gone from the log. */
export type NextFrame = Uint8Array | "Wait" | "Lost";

/** Told when a frame is there for those who wait. */
export type Listener = () => void;

/** The last checkpoints as frames. */
export class CheckpointLog {
  private readonly source: LogSource;
  private readonly limits: LogLimits;
  /** Without gaps, the oldest first. */
  private readonly frames = new Map<bigint, Uint8Array>();
  private readonly listeners = new Set<Listener>();
  private bytes = 0;
  private unfollow: (() => void) | undefined;

  constructor(source: LogSource, limits: LogLimits = SUBSCRIPTION_LIMITS) {
    this.source = source;
    this.limits = limits;
  }

  /** How many listen. */
  get listening(): number {
    return this.listeners.size;
  }

  /** Adds a listener; returns how to remove it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    this.unfollow ??= this.source.feed((bundle) => this.append(bundle));
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.forget();
    };
  }

  /**
   * The frame of a checkpoint. Who is still catching up, from before it began to listen, may take
   * old ones from the chain itself.
   */
  next(sequence: bigint, isCatchingUp: boolean): NextFrame {
    const frame = this.frames.get(sequence);
    if (frame !== undefined) return frame;
    if (!isCatchingUp) return sequence < this.oldest ? "Lost" : "Wait";
    if (sequence > this.source.reader.latest().summary.sequence_number) return "Wait";
    const bundle = this.source.reader.checkpoint(sequence);
    return bundle === undefined ? "Lost" : this.source.frameOf(bundle);
  }

  private get oldest(): bigint {
    const [oldest] = this.frames.keys();
    return oldest ?? 0n;
  }

  private append(bundle: CheckpointBundle): void {
    const frame = this.source.frameOf(bundle);
    this.frames.set(bundle.summary.sequence_number, frame);
    this.bytes += frame.length;
    const { checkpointsMax, bytesMax } = this.limits;
    for (const [sequence, { length }] of this.frames) {
      // Who waits for the last one gets it, however large it is.
      const isLast = this.frames.size === 1;
      if (isLast || (this.frames.size <= checkpointsMax && this.bytes <= bytesMax)) break;
      this.frames.delete(sequence);
      this.bytes -= length;
    }
    for (const listener of this.listeners) listener();
  }

  private forget(): void {
    this.unfollow?.();
    this.unfollow = undefined;
    this.frames.clear();
    this.bytes = 0;
  }
}
