/**
 * The files that a request needs. When it is over they are let go, whenever they came: what was
 * begun for a request that failed meanwhile may still bring some.
 *
 * @module
 */
import type { HeldBlob } from "../blobs/cache.ts";

/** Blobs that stay until the request is over. */
export class Holds {
  private readonly blobs: HeldBlob[] = [];
  private isOver = false;

  /** Takes a blob over; this is where it is. */
  add(blob: HeldBlob): string {
    if (this.isOver) blob.release();
    else this.blobs.push(blob);
    return blob.path;
  }

  /** The request is over. */
  release(): void {
    this.isOver = true;
    for (const { release } of this.blobs.splice(0)) release();
  }
}
