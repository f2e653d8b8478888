/**
 * Building, signing and executing in one call: chooses a coin, and when another transaction was
 * quicker with it, chooses another and tries again.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { ObjectId } from "../types/address.ts";
import type { ObjectRef } from "../types/object.ts";
import type { TransactionKind } from "../types/transaction-kind.ts";
import type { SignedTransaction, TransactionData } from "../types/transaction.ts";
import type { TransactionView } from "../wire/json/transaction.ts";
import type { SomaClient } from "./client.ts";
import type { Keypair } from "./keypair.ts";
import { type Payment, Purse } from "./purse.ts";

/** What a kind is built from: the coin that pays, which it may use as well. */
export type BuildKind = (coin: ObjectRef, balance: bigint) => TransactionKind;

/** How to choose the coin. */
export type CoinWish = {
  /** What the coin must hold at least, alone or with others that are merged into it. */
  readonly atLeast?: bigint;
  /** What fees may take besides; coins that hold that too are preferred. */
  readonly fees?: bigint;
  /** This coin and no other. */
  readonly coin?: ObjectId | undefined;
  /** Any coin but this one. */
  readonly avoid?: ObjectId | undefined;
};

/** Coins that became one. */
export type Merge = { readonly coinCount: number; readonly view: TransactionView };

const ATTEMPTS_MAX = 4;
const RETRIED_CODES = new Set(["object_locked", "object_stale"]);

/** One account at one node. */
export class Account {
  readonly client: SomaClient;
  readonly keypair: Keypair;
  private readonly purse: Purse;

  constructor(client: SomaClient, keypair: Keypair) {
    this.client = client;
    this.keypair = keypair;
    this.purse = new Purse(client);
  }

  /** The transaction that `transact` would send first; its coins are not kept. */
  async prepare(
    build: BuildKind,
    wish: CoinWish = {},
    signal?: AbortSignal,
  ): Promise<TransactionData> {
    const payment = await this.choose(wish, avoided(wish), signal);
    this.purse.release(payment);
    return this.data(build, payment);
  }

  /** The prepared transaction with this account's signature. */
  sign(data: TransactionData): SignedTransaction {
    return this.keypair.sign(data);
  }

  /** Executes what `build` makes of a coin; resolves when it is final, successful or not. */
  async transact(
    build: BuildKind,
    wish: CoinWish = {},
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    const avoid = avoided(wish);
    for (let attempt = 1; ; attempt++) {
      const payment = await this.choose(wish, avoid, signal);
      try {
        const signed = this.sign(this.data(build, payment));
        return await this.client.execute(signed, signal);
      } catch (error) {
        const isRetried = error instanceof SomaError && RETRIED_CODES.has(error.code);
        if (!isRetried || attempt >= ATTEMPTS_MAX) throw error;
        // A stale reference is read again; a locked coin is left to the one that holds it.
        if (error.code === "object_locked") avoidAll(payment, avoid);
      } finally {
        this.purse.release(payment);
      }
    }
  }

  /** Merges the free coins into one, as many as one transaction can; how many, and what it did. */
  async mergeCoins(signal?: AbortSignal): Promise<Merge | undefined> {
    const payment = await this.purse.takeAll(this.keypair.address, signal);
    if (payment === undefined) return undefined;
    try {
      const recipient = this.keypair.address;
      // All of them pay, which merges them; what is left after the fees goes into a new one.
      const build: BuildKind = (coin) => {
        return { kind: "TransferCoin", coin, amount: undefined, recipient };
      };
      const view = await this.client.execute(this.sign(this.data(build, payment)), signal);
      return { coinCount: payment.length, view };
    } finally {
      this.purse.release(payment);
    }
  }

  private choose(
    wish: CoinWish,
    avoid: ReadonlySet<ObjectId>,
    signal: AbortSignal | undefined,
  ): Promise<Payment> {
    if (wish.coin !== undefined) return this.purse.takeNamed(wish.coin, signal);
    const { address: owner } = this.keypair;
    const { atLeast = 1n, fees = 0n } = wish;
    return this.purse.take({ owner, atLeast, fees, avoid, signal });
  }

  private data(build: BuildKind, payment: Payment): TransactionData {
    const [{ ref }] = payment;
    const balance = payment.reduce((sum, coin) => sum + coin.balance, 0n);
    const gas_payment = payment.map((coin) => coin.ref);
    return { kind: build(ref, balance), sender: this.keypair.address, gas_payment };
  }
}

function avoidAll(payment: Payment, avoid: Set<ObjectId>): void {
  for (const { ref } of payment) avoid.add(ref.object_id);
}

function avoided({ avoid }: CoinWish): Set<ObjectId> {
  return new Set(avoid === undefined ? [] : [avoid]);
}
