/**
 * The messages that one link has brought and its receiver has not handled. As in a real node they
 * are handled one after another: while the signatures of one are being verified, those after it
 * wait. When the link is cut, what waits is lost with it.
 *
 * @module
 */

/** What one direction of an open link has brought. */
export class Lane {
  /** The signatures of a message are being verified. */
  isHeld = false;
  private readonly waiting: Uint8Array[] = [];
  private open = true;

  /** Whether the link is there. */
  get isOpen(): boolean {
    return this.open;
  }

  /** A message has arrived. */
  push(payload: Uint8Array): void {
    if (this.open) this.waiting.push(payload);
  }

  /** The next message to handle, unless one is being handled. */
  take(): Uint8Array | undefined {
    return this.isHeld ? undefined : this.waiting.shift();
  }

  /** The link is cut. */
  close(): void {
    this.open = false;
    this.waiting.length = 0;
  }
}
