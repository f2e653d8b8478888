/**
 * How many connections a port takes, in all and of one address.
 *
 * @module
 */

/** How many connections are taken. */
export type GateLimits = { readonly connectionsMax: number; readonly perAddressMax: number };

/** What a public port takes; each connection costs three file descriptors. */
const GATE_LIMITS: GateLimits = { connectionsMax: 4_096, perAddressMax: 1_024 };

/** Counts connections. */
export class Gate {
  private readonly limits: GateLimits;
  private readonly perAddress = new Map<string, number>();
  private count = 0;

  constructor(limits: GateLimits = GATE_LIMITS) {
    this.limits = limits;
  }

  /** Connections that are open. */
  get open(): number {
    return this.count;
  }

  /** Takes a connection of `address`, if there is room. */
  enter(address: string): boolean {
    const { connectionsMax, perAddressMax } = this.limits;
    const own = this.perAddress.get(address) ?? 0;
    if (this.count >= connectionsMax || own >= perAddressMax) return false;
    this.count++;
    this.perAddress.set(address, own + 1);
    return true;
  }

  /** A connection of `address` is closed. */
  leave(address: string): void {
    this.count--;
    const rest = (this.perAddress.get(address) ?? 1) - 1;
    if (rest === 0) this.perAddress.delete(address);
    else this.perAddress.set(address, rest);
  }
}
