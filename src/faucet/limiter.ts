/**
 * How often an address may ask: so many times in a minute, counted back from now.
 *
 * @module
 */
import type { Address } from "../types/address.ts";

/** Requests of one address in a minute. */
export const REQUESTS_PER_MINUTE = 6;

const MINUTE_MS = 60_000;
/** Addresses that are remembered; those that asked longest ago are forgotten first. */
const ADDRESSES_MAX = 65_536;

/** Who asked when. */
export class Limiter {
  /** Times of the requests of the last minute, oldest first. */
  private readonly times = new Map<Address, number[]>();

  /** How many addresses are remembered. */
  get size(): number {
    return this.times.size;
  }

  /** Counts a request; if it is one too many, the milliseconds until the next may come. */
  admit(address: Address, nowMs: number): number | undefined {
    const recent = (this.times.get(address) ?? []).filter((time) => time > nowMs - MINUTE_MS);
    const oldest = recent.length >= REQUESTS_PER_MINUTE ? recent[0] : undefined;
    if (oldest !== undefined) return oldest + MINUTE_MS - nowMs;
    this.times.delete(address);
    this.times.set(address, [...recent, nowMs]);
    for (const longest of this.times.keys()) {
      if (this.times.size <= ADDRESSES_MAX) break;
      this.times.delete(longest);
    }
    return undefined;
  }

  /** Takes a request back that came to nothing. */
  forgive(address: Address): void {
    this.times.get(address)?.pop();
  }
}
