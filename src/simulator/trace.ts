/**
 * The fingerprint of a run: a rolling hash over every event, so that two runs of one seed can be
 * compared by one number. FNV-1a in two 32-bit halves; quick, and collisions do not matter here.
 *
 * @module
 */

const PRIME = 0x0100_0193;

/** A rolling hash of events. */
export class Trace {
  private high = 0x811c_9dc5;
  private low = 0xcbf2_9ce4;
  private readonly sink: ((line: string) => void) | undefined;

  /** `sink` is given a line of text for each event. */
  constructor(sink?: (line: string) => void) {
    this.sink = sink;
  }

  /** Adds what happened at a node; `size` tells apart what bears the same name. */
  add(timeMs: number, node: number, what: string, size: number): void {
    this.mix(Math.floor(timeMs * 1_000), node);
    this.mix(size, what.length);
    for (let index = 0; index < what.length; index++) this.mix(what.charCodeAt(index), index);
    this.sink?.(`${timeMs.toFixed(3)} ${node} ${what} ${size}`);
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  private mix(left: number, right: number): void {
    this.high = Math.imul(this.high ^ left, PRIME);
    this.low = Math.imul(this.low ^ (left + right), PRIME);
  }
}
