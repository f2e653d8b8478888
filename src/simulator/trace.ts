/**
 * The fingerprint of a run: a rolling hash over every event, so that two runs of one seed can be
 * compared by one number. FNV-1a in two 32-bit halves; quick, and collisions do not matter here.
 *
 * @module
 */

const PRIME = 0x0100_0193;

/** A rolling hash of lines of text. */
export class Trace {
  private high = 0x811c_9dc5;
  private low = 0xcbf2_9ce4;
  private readonly sink: ((line: string) => void) | undefined;

  constructor(sink?: (line: string) => void) {
    this.sink = sink;
  }

  /** Adds one event. */
  add(line: string): void {
    for (let index = 0; index < line.length; index++) {
      const unit = line.charCodeAt(index);
      this.high = Math.imul(this.high ^ unit, PRIME);
      this.low = Math.imul(this.low ^ (unit + index), PRIME);
    }
    this.sink?.(line);
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
