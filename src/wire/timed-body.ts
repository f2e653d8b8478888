/**
 * Bodies that arrive in time. A client that sends a byte now and then would otherwise hold on to a
 * request for ever: the whole body is due after a while, and later only for what has arrived at a
 * slow line's pace.
 *
 * @module
 */
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";

/** How long a body may take. */
export type Patience = {
  /** For any body. */
  readonly baseMs: number;
  /** What of it must have come in each second beyond that. */
  readonly bytesPerSecond: number;
};

/** The code of the error when a body did not come in time. */
export const BODY_SLOW = "body_slow";

const PATIENCE: Patience = { baseMs: 30_000, bytesPerSecond: 32_768 };

/** The body as it comes; it fails when it comes too slowly. */
export function timedBody(
  body: ReadableStream<Uint8Array> | null,
  patience: Patience = PATIENCE,
): ReadableStream<Uint8Array> {
  if (body === null) return new Blob([]).stream();
  const timed = new TimedBody(body, patience);
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => timed.start(controller),
      pull: (controller) => timed.pull(controller),
      cancel: (reason) => timed.stop(reason),
    },
    { highWaterMark: 0 },
  );
}

/** What is used of a stream's reader. */
type Reader = {
  readonly read: () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  readonly cancel: (reason: unknown) => Promise<void>;
};

class TimedBody {
  private readonly reader: Reader;
  private readonly patience: Patience;
  private readonly startMs = SYSTEM_CLOCK.monotonicMs();
  private received = 0;
  private timer: Timer | undefined;

  constructor(body: ReadableStream<Uint8Array>, patience: Patience) {
    this.reader = body.getReader();
    this.patience = patience;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { baseMs, bytesPerSecond } = this.patience;
    const dueMs = this.startMs + baseMs + (this.received / bytesPerSecond) * 1_000;
    const leftMs = dueMs - SYSTEM_CLOCK.monotonicMs();
    if (leftMs > 0) {
      this.timer = setTimeout(() => this.start(controller), Math.ceil(leftMs));
      return;
    }
    const error = new SomaError(BODY_SLOW, "the body did not arrive in time");
    controller.error(error);
    this.stop(error).catch(() => undefined);
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    let isMore = false;
    try {
      const { done, value } = await this.reader.read();
      isMore = !done;
      if (value === undefined) return controller.close();
      this.received += value.length;
      controller.enqueue(value);
    } finally {
      if (!isMore) clearTimeout(this.timer);
    }
  }

  async stop(reason: unknown): Promise<void> {
    clearTimeout(this.timer);
    await this.reader.cancel(reason);
  }
}
