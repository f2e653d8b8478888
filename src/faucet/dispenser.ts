/**
 * Pays out a faucet's coins: requests that wait are paid together, one transaction at a time, each
 * of the coins as they are on chain after the one before. So no two transactions ever name the same
 * coin; one whose end is not known is sent again, as it is, before anything else is.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Address } from "../types/address.ts";
import type { ObjectRef } from "../types/object.ts";
import { formatDigest } from "../types/text.ts";
import {
  type SignedTransaction,
  type TransactionData,
  transactionDigest,
} from "../types/transaction.ts";
import type { SentCoin } from "../wire/json/faucet.ts";
import type { TransactionView } from "../wire/json/transaction.ts";

/** A coin of the faucet. */
export type FaucetCoin = { readonly ref: ObjectRef; readonly balance: bigint };

/** The chain that the faucet pays on. */
export type FaucetChain = {
  /** Up to `limit` coins of an address, richest first. */
  readonly coins: (owner: Address, limit: number) => Promise<readonly FaucetCoin[]>;
  /** Resolves when the transaction is final and reads see it. */
  readonly execute: (transaction: SignedTransaction) => Promise<TransactionView>;
};

/** What a faucet gives, and from whose money. */
export type DispenserOptions = {
  readonly chain: FaucetChain;
  readonly owner: Address;
  readonly sign: (data: TransactionData) => SignedTransaction;
  /** Shannons in a coin, and coins for a request. */
  readonly amount: bigint;
  readonly coinCount: number;
  readonly log: Logger;
};

type Request = {
  readonly recipient: Address;
  readonly resolve: (coins: readonly SentCoin[]) => void;
  readonly reject: (error: unknown) => void;
};

const QUEUE_MAX = 1_024;
/** Payments of one transaction; far below what a transaction may list. */
const PAYMENTS_MAX = 200;
/** Coins that one transaction merges: what came back in small pieces becomes one again. */
const INPUTS_MAX = 32;
/** Fees stay below this: a two-hundredth of the value at most, and a little for each coin. */
const FEE_SHARE = 200n;
const FEE_BASE = 1_000_000n;
const ATTEMPTS_MAX = 5;
const AGAIN_MS = 250;

/** Refusals after which the same may be tried with the coins as they are then. */
const RETRIED: ReadonlySet<string> = new Set(["object_stale", "object_locked", "overloaded"]);
/** Refusals that say that the transaction will not execute; any other failure leaves it open. */
const REFUSED: ReadonlySet<string> = new Set([...RETRIED, "transaction_invalid", "rate_limited"]);

/** Pays requests in their order. */
export class Dispenser {
  private readonly options: DispenserOptions;
  private readonly queue: Request[] = [];
  /** A transaction that may still execute. */
  private unsettled: SignedTransaction | undefined;
  private isRunning = false;
  private isStopped = false;

  constructor(options: DispenserOptions) {
    this.options = options;
  }

  /** Coins for `recipient`, when reads see them. */
  give(recipient: Address): Promise<readonly SentCoin[]> {
    if (this.isStopped) return Promise.reject(stopped());
    if (this.queue.length >= QUEUE_MAX) {
      const hint = "try again in a moment";
      return Promise.reject(new SomaError("faucet_busy", "many requests wait already", { hint }));
    }
    const { promise, resolve, reject } = Promise.withResolvers<readonly SentCoin[]>();
    this.queue.push({ recipient, resolve, reject });
    void this.run();
    return promise;
  }

  /** Pays no more; what waits is refused. */
  stop(): void {
    this.isStopped = true;
    for (const request of this.queue.splice(0)) request.reject(stopped());
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      while (this.queue.length > 0) {
        const requests = Math.max(1, Math.floor(PAYMENTS_MAX / this.options.coinCount));
        await this.serve(this.queue.splice(0, requests));
      }
    } finally {
      this.isRunning = false;
    }
  }

  private async serve(batch: readonly Request[]): Promise<void> {
    try {
      const view = await this.pay(batch.map(({ recipient }) => recipient));
      deal(batch, view, this.options);
    } catch (error) {
      this.options.log.warn(`paying ${batch.length} requests failed: ${String(error)}`);
      for (const request of batch) request.reject(error);
    }
  }

  private async pay(recipients: readonly Address[]): Promise<TransactionView> {
    await this.settle();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.execute(await this.build(recipients));
      } catch (error) {
        const isRetried = error instanceof SomaError && RETRIED.has(error.code);
        if (!isRetried || attempt >= ATTEMPTS_MAX || this.isStopped) throw error;
        await Bun.sleep(AGAIN_MS * attempt);
      }
    }
  }

  /** Sends again what may still execute, until it is known whether it did. */
  private async settle(): Promise<void> {
    if (this.unsettled === undefined) return;
    try {
      await this.execute(this.unsettled);
    } catch (error) {
      // Refused: its coins went elsewhere, or it never was anywhere.
      if (!(error instanceof SomaError) || !REFUSED.has(error.code)) throw error;
      this.unsettled = undefined;
    }
  }

  private async execute(transaction: SignedTransaction): Promise<TransactionView> {
    const view = await this.options.chain.execute(transaction).catch((error: unknown) => {
      if (error instanceof SomaError && REFUSED.has(error.code)) throw error;
      this.unsettled = transaction;
      throw unknownEnd(transaction, error);
    });
    this.unsettled = undefined;
    if (view.status.kind === "Success") return view;
    throw new SomaError("faucet_failed", `the payment failed: ${view.status.error}`);
  }

  private async build(recipients: readonly Address[]): Promise<SignedTransaction> {
    const { chain, owner, sign, amount, coinCount } = this.options;
    const coins = await chain.coins(owner, INPUTS_MAX);
    const paid = recipients.flatMap((recipient) => Array<Address>(coinCount).fill(recipient));
    const sum = amount * BigInt(paid.length);
    const held = coins.reduce((total, { balance }) => total + balance, 0n);
    const [first] = coins;
    if (first === undefined || held < sum + sum / FEE_SHARE + FEE_BASE) throw empty();
    return sign({
      kind: {
        kind: "PayCoins",
        coins: coins.map(({ ref }) => ref),
        amounts: paid.map(() => amount),
        recipients: paid,
      },
      sender: owner,
      gas_payment: [first.ref],
    });
  }
}

/** Tells each request which of the created coins are its own. */
function deal(
  batch: readonly Request[],
  { created, digest }: TransactionView,
  { amount, coinCount }: DispenserOptions,
): void {
  const left = created.flatMap(({ object_id: id, owner }) =>
    owner.kind === "AddressOwner" ? [{ id, address: owner.address }] : [],
  );
  for (const { recipient, resolve } of batch) {
    const coins = Array.from({ length: coinCount }, (): SentCoin => {
      const place = left.findIndex(({ address }) => address === recipient);
      const [{ id }] = [present(left.splice(place, 1)[0], "a created coin")];
      return { amount, id, transfer_tx_digest: digest };
    });
    resolve(coins);
  }
}

function unknownEnd({ data }: SignedTransaction, cause: unknown): SomaError {
  const digest = formatDigest(transactionDigest(data));
  return new SomaError("faucet_timeout", `no answer about the payment ${digest} yet`, {
    hint: "it may still arrive: look at your balance before you ask again",
    cause,
  });
}

function empty(): SomaError {
  return new SomaError("faucet_empty", "the faucet has not enough coins left", {
    hint: "send SOMA to its account, or begin a new local network with `soma localnet reset`",
  });
}

function stopped(): SomaError {
  return new SomaError("faucet_stopped", "the faucet is stopping", { hint: "ask again later" });
}
