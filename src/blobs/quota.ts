/**
 * How many bytes a store may hold in all. Bytes are set aside from the moment they are promised, so
 * that several writers together stay within it; they take the place of others only as they come.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { blobError } from "./failures.ts";

/** Blobs of a store that may go when others come. */
export type Displaceable = {
  /** The bytes of all of them. */
  readonly sizeBytes: () => number;
  /** Removes at least `bytes` if there are so many; what is removed is released at once. */
  readonly remove: (bytes: number) => Promise<void>;
};

/** A bound on bytes that many share. */
export class Quota {
  readonly limitBytes: number;
  private readonly displaceable: Displaceable | undefined;
  private promisedBytes = 0;
  private takenBytes = 0;

  /** Without `displaceable` everything stays. */
  constructor(limitBytes: number, displaceable?: Displaceable) {
    this.limitBytes = limitBytes;
    this.displaceable = displaceable;
  }

  /** Sets room aside for bytes that will come, or fails; what is there stays as it is. */
  promise(bytes: number): void {
    const leftBytes = this.leftBytes + (this.displaceable?.sizeBytes() ?? 0);
    if (bytes > leftBytes) throw this.full(bytes, leftBytes);
    this.promisedBytes += bytes;
  }

  /**
   * Takes `bytes` that came, of which room for `promisedBytes` was set aside, or fails; blobs whose
   * place they take are gone when this returns. Nothing is displaced for what was not promised.
   */
  async take(bytes: number, promisedBytes: number): Promise<void> {
    const leftBytes = promisedBytes + Math.max(0, this.leftBytes);
    if (bytes > promisedBytes && bytes > leftBytes) throw this.full(bytes, leftBytes);
    const removing = this.displace(this.takenBytes + bytes - this.limitBytes);
    // Taken before anything is awaited, so that nobody else can.
    const roomBytes = this.limitBytes - this.takenBytes;
    const fits = bytes <= roomBytes;
    if (fits) {
      this.promisedBytes -= promisedBytes;
      this.takenBytes += bytes;
    }
    await removing;
    if (!fits) throw this.full(bytes, roomBytes);
  }

  /** Counts bytes that are there already, even above the limit. */
  count(bytes: number): void {
    this.takenBytes += bytes;
  }

  /** Gives back what was taken or counted, and what was promised. */
  release(bytes: number, promisedBytes = 0): void {
    this.takenBytes -= bytes;
    this.promisedBytes -= promisedBytes;
    assert(this.takenBytes >= 0, "no more is released than was taken");
    assert(this.promisedBytes >= 0, "no more is released than was promised");
  }

  /** Below zero when what is promised takes the place of what is there. */
  private get leftBytes(): number {
    return this.limitBytes - this.takenBytes - this.promisedBytes;
  }

  private displace(bytes: number): Promise<void> | undefined {
    return bytes > 0 ? this.displaceable?.remove(bytes) : undefined;
  }

  private full(bytes: number, leftBytes: number): Error {
    const says = `storing ${bytes} bytes needs more than the ${Math.max(0, leftBytes)} left`;
    return blobError("blob_quota", `${says} of a quota of ${this.limitBytes}`);
  }
}
