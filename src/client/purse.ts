/**
 * Choosing coins to pay with. Coins in use by another call of this process are passed over; when
 * none is left, a call waits for its turn, first come, first served. Where one coin holds too
 * little, several are brought together, and where an account has many, some small ones with them.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { maxU64, minU64 } from "../base/u64.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { formatSoma } from "../types/text.ts";
import type { SomaClient } from "./client.ts";
import { type CoinChoice, COINS_MAX, readCoin, richestCoins } from "./coins.ts";

/** Coins that pay together: all are merged into the first, the richest. */
export type Payment = readonly [CoinChoice, ...CoinChoice[]];

/** What coins are wanted. */
export type PaymentWish = {
  readonly owner: Address;
  /** What they must hold together. */
  readonly atLeast: bigint;
  /** What fees may take besides; coins that hold that too are taken where there are any. */
  readonly fees: bigint;
  /** None of these. */
  readonly avoid: ReadonlySet<ObjectId>;
  readonly signal?: AbortSignal | undefined;
};

/** Free coins that an account keeps, so that calls can run at once. */
const COINS_KEPT = 16;
/** Small coins that one payment brings along. */
const DUST_MAX = 8;

/** The coins that calls of this process have taken and not given back. */
export class Purse {
  private readonly client: SomaClient;
  private readonly taken = new Set<ObjectId>();
  /** Ends when all who came have their coins, or went without. */
  private queue: Promise<void> = Promise.resolve();
  private released = Promise.withResolvers<void>();

  constructor(client: SomaClient) {
    this.client = client;
  }

  /** Takes free coins of the owner; give them back when done. */
  take(wish: PaymentWish): Promise<Payment> {
    return this.inTurn(wish.signal, async () => {
      const coins = await richestCoins(this.client, wish.owner, wish.signal);
      const usable = coins.filter(({ ref }) => !wish.avoid.has(ref.object_id));
      const payment = choose(this.free(usable), goalOf(usable, wish));
      if (payment !== undefined) return payment;
      if (sumOf(coins) < wish.atLeast || coins.length === 0) {
        throw noCoins(coins, wish.atLeast);
      }
      const isAwaited = usable.length > this.free(usable).length;
      if (isAwaited && sumOf(usable) >= wish.atLeast) return undefined;
      throw noneLeft();
    });
  }

  /** Takes all free coins of the owner, or `undefined` when fewer than two are free. */
  async takeAll(owner: Address, signal?: AbortSignal): Promise<Payment | undefined> {
    const coins = this.free(await richestCoins(this.client, owner, signal));
    const [first, second, ...others] = coins;
    if (first === undefined || second === undefined) return undefined;
    return this.hold([first, second, ...others]);
  }

  /** Takes this coin and no other. */
  takeNamed(id: ObjectId, signal?: AbortSignal): Promise<Payment> {
    return this.inTurn(signal, async () => {
      if (this.taken.has(id)) return undefined;
      return [await readCoin(this.client, id, signal)];
    });
  }

  /** Gives coins back. */
  release(payment: Payment): void {
    for (const { ref } of payment) this.taken.delete(ref.object_id);
    this.released.resolve();
    this.released = Promise.withResolvers<void>();
  }

  private hold(payment: Payment): Payment {
    for (const { ref } of payment) this.taken.add(ref.object_id);
    return payment;
  }

  private free(coins: readonly CoinChoice[]): readonly CoinChoice[] {
    return coins.filter(({ ref }) => !this.taken.has(ref.object_id));
  }

  /** Looks again whenever coins were given back, before anybody who came later does. */
  private inTurn(
    signal: AbortSignal | undefined,
    look: () => Promise<Payment | undefined>,
  ): Promise<Payment> {
    const turn = this.wait(this.queue, signal, look);
    // Whoever goes early leaves the others before it where they are.
    this.queue = Promise.allSettled([this.queue, turn]).then(() => undefined);
    return turn;
  }

  private async wait(
    others: Promise<void>,
    signal: AbortSignal | undefined,
    look: () => Promise<Payment | undefined>,
  ): Promise<Payment> {
    await unlessAborted(others, signal);
    for (;;) {
      const { promise: released } = this.released;
      const payment = await look();
      if (payment !== undefined) return this.hold(payment);
      await unlessAborted(released, signal);
    }
  }
}

// What fees take is known as a bound: where coins hold less than that, all may still be enough.
function goalOf(usable: readonly CoinChoice[], { atLeast, fees }: PaymentWish): bigint {
  return maxU64(atLeast, minU64(atLeast + fees, sumOf(usable)));
}

/** The richest coins that hold enough together, and some of the smallest where there are many. */
function choose(free: readonly CoinChoice[], atLeast: bigint): Payment | undefined {
  const [first, ...others] = free;
  if (first === undefined) return undefined;
  const payment: [CoinChoice, ...CoinChoice[]] = [first];
  let sum = first.balance;
  for (const coin of others) {
    if (sum >= atLeast) break;
    payment.push(coin);
    sum += coin.balance;
  }
  if (sum < atLeast) return undefined;
  const spare = Math.max(0, free.length - Math.max(payment.length, COINS_KEPT));
  return [...payment, ...free.slice(free.length - Math.min(DUST_MAX, spare))] as Payment;
}

async function unlessAborted(event: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return event;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = (): void => resolve();
  signal.addEventListener("abort", abort, { once: true });
  if (!signal.aborted) await Promise.race([event, aborted]);
  signal.removeEventListener("abort", abort);
  if (signal.aborted) throw new SomaError("cancelled", "the call was cancelled");
}

function sumOf(coins: readonly CoinChoice[]): bigint {
  return coins.reduce((sum, { balance }) => sum + balance, 0n);
}

function noCoins(coins: readonly CoinChoice[], atLeast: bigint): SomaError {
  if (coins.length === 0) {
    const hint = "get some with `soma faucet`";
    return new SomaError("insufficient_funds", "the account has no coins", { hint });
  }
  const message =
    `the richest coins hold ${formatSoma(sumOf(coins))} SOMA together, ` +
    `${formatSoma(atLeast)} SOMA are needed`;
  const hint =
    coins.length === COINS_MAX
      ? "bring more of them together with `soma merge-coins`"
      : "get more with `soma faucet`";
  return new SomaError("insufficient_funds", message, { hint });
}

function noneLeft(): SomaError {
  const hint = "wait for the other transactions, or get more coins with `soma faucet`";
  return new SomaError("coins_in_use", "every coin of the account is in use elsewhere", { hint });
}
