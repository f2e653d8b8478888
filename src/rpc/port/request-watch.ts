/**
 * Watches one connection of HTTP/1.1 for a request whose head begins and does not get whole: a
 * client that sends a byte now and then is never silent, and would stay for ever.
 *
 * @module
 */

/** Which part of a request a connection is at. */
export class RequestWatch {
  private underway = 0;
  private begunMs: number | undefined;

  /** Bytes came: the head of the next request, unless one is being answered. */
  hear(nowMs: number): void {
    if (this.underway === 0) this.begunMs ??= nowMs;
  }

  /** The head of a request is whole. */
  begin(): void {
    this.underway++;
    this.begunMs = undefined;
  }

  /** A request is answered. */
  end(): void {
    this.underway--;
    this.begunMs = undefined;
  }

  /** Whether a head has begun that is not whole, or that nobody could read. */
  get isOpen(): boolean {
    return this.begunMs !== undefined;
  }

  /** Whether a head that began is not whole after so long. */
  isLate(nowMs: number, headMs: number): boolean {
    return this.begunMs !== undefined && nowMs - this.begunMs > headMs;
  }
}
