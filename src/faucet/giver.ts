/**
 * The faucet behind its doors: who asks too often waits, whoever asks through which door.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import type { Address } from "../types/address.ts";
import type { SentCoin } from "../wire/json/faucet.ts";
import type { Dispenser } from "./dispenser.ts";
import { Limiter, REQUESTS_PER_MINUTE } from "./limiter.ts";

/** An address has to wait before it asks again. */
export class TooSoon extends Error {
  override readonly name = "TooSoon";
  readonly waitSeconds: number;

  constructor(waitMs: number) {
    super(`an address gets coins ${REQUESTS_PER_MINUTE} times a minute`);
    this.waitSeconds = Math.ceil(waitMs / MS_PER_SECOND);
  }
}

const MS_PER_SECOND = 1_000;

/** Gives coins to those who do not ask too often. */
export class Giver {
  private readonly dispenser: Dispenser;
  private readonly clock: Clock;
  private readonly limiter = new Limiter();

  constructor(dispenser: Dispenser, clock: Clock) {
    this.dispenser = dispenser;
    this.clock = clock;
  }

  /** Coins for `recipient`, when reads see them. */
  async give(recipient: Address): Promise<readonly SentCoin[]> {
    const waitMs = this.limiter.admit(recipient, this.clock.monotonicMs());
    if (waitMs !== undefined) throw new TooSoon(waitMs);
    try {
      return await this.dispenser.give(recipient);
    } catch (error) {
      const isKnown = error instanceof SomaError && error.code !== "faucet_timeout";
      if (isKnown) this.limiter.forgive(recipient);
      throw error;
    }
  }
}
