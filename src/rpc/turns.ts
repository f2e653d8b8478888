/**
 * How many transactions one IP address and one sender may offer, through whichever door they come.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { ADMISSION_LIMITS } from "../protocol/limits.ts";
import type { Address } from "../types/address.ts";
import { RateLimit } from "./rate-limit.ts";

/** Turns to offer a transaction. */
export class Turns {
  private readonly perIp: RateLimit;
  private readonly perSender: RateLimit;

  constructor(clock: Clock) {
    this.perIp = new RateLimit(ADMISSION_LIMITS.perIpPerSecondMax, clock);
    this.perSender = new RateLimit(ADMISSION_LIMITS.perSenderPerSecondMax, clock);
  }

  /** Takes turns of an IP address; who has no address, such as this machine, has no limit. */
  ofIp(ip: string | undefined, turns: number = 1): boolean {
    return ip === undefined || this.perIp.take(ip, turns);
  }

  /** Takes a turn of a sender. */
  ofSender(sender: Address): boolean {
    return this.perSender.take(sender);
  }
}
