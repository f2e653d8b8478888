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
import { type CoinChoice, CoinPurse } from "./coins.ts";
import type { Keypair } from "./keypair.ts";

/** What a kind is built from: the coin that pays, which it may use as well. */
export type BuildKind = (coin: ObjectRef, balance: bigint) => TransactionKind;

/** How to choose the coin. */
export type CoinWish = {
  /** What the coin must hold at least. */
  readonly atLeast?: bigint;
  /** This coin and no other. */
  readonly coin?: ObjectId | undefined;
  /** Any coin but this one. */
  readonly avoid?: ObjectId | undefined;
};

const ATTEMPTS_MAX = 4;
const RETRIED_CODES = new Set(["object_locked", "object_stale"]);

/** One account at one node. */
export class Account {
  readonly client: SomaClient;
  readonly keypair: Keypair;
  private readonly purse: CoinPurse;

  constructor(client: SomaClient, keypair: Keypair) {
    this.client = client;
    this.keypair = keypair;
    this.purse = new CoinPurse(client);
  }

  /** The transaction that `transact` would send first; its coin is not kept. */
  async prepare(build: BuildKind, wish: CoinWish = {}): Promise<TransactionData> {
    const coin = await this.choose(wish, avoided(wish));
    this.purse.release(coin);
    return this.data(build, coin);
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
      const coin = await this.choose(wish, avoid);
      try {
        const signed = this.sign(this.data(build, coin));
        return await this.client.execute(signed, signal);
      } catch (error) {
        const isRetried = error instanceof SomaError && RETRIED_CODES.has(error.code);
        if (!isRetried || attempt >= ATTEMPTS_MAX) throw error;
        // A stale reference is read again; a locked coin is left to the one that holds it.
        if (error.code === "object_locked") avoid.add(coin.ref.object_id);
      } finally {
        this.purse.release(coin);
      }
    }
  }

  private choose(wish: CoinWish, avoid: ReadonlySet<ObjectId>): Promise<CoinChoice> {
    if (wish.coin !== undefined) return this.purse.takeNamed(wish.coin);
    return this.purse.take(this.keypair.address, wish.atLeast ?? 1n, avoid);
  }

  private data(build: BuildKind, { ref, balance }: CoinChoice): TransactionData {
    return { kind: build(ref, balance), sender: this.keypair.address, gas_payment: [ref] };
  }
}

function avoided({ avoid }: CoinWish): Set<ObjectId> {
  return new Set(avoid === undefined ? [] : [avoid]);
}
