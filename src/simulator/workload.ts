/**
 * Clients in the simulated world: accounts that send coins to each other through one node or
 * another, a few transactions at a time. Some try to spend a coin twice, some send what can never
 * be executed. What a client was told is final must be in the chain for ever.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import type { Digest } from "../types/address.ts";
import type { TransactionKind } from "../types/transaction-kind.ts";
import { type SignedTransaction, signingDigest, transactionDigest } from "../types/transaction.ts";
import { simUserSign } from "./crypto.ts";
import type { OwnedCoin } from "./settled.ts";
import type { SimAccount, ValidatorKeys } from "./setup.ts";
import type { SimNode } from "./sim-node.ts";
import type { CallEnd, World } from "./world.ts";

const RETRY_MS = 2_500;
const AMOUNT_SHANNONS = 1_000_000n;

/** Counts of what clients saw. */
export type WorkloadReport = {
  sent: number;
  /** Calls that have no answer yet. */
  open: number;
  executed: number;
  refused: Record<string, number>;
  readonly latenciesMs: number[];
  /** Digests of transactions that a client was told are final. */
  readonly final: Digest[];
  /** Transactions that spend the same coin: at most one of each pair may execute. */
  readonly twins: (readonly [Digest, Digest])[];
};

/** What clients do. */
export type WorkloadOptions = {
  readonly accounts: readonly SimAccount[];
  /** By index, who speaks for a validator. */
  readonly validators: readonly SimAccount[];
  /** The keys that each has at first. */
  readonly keys: readonly ValidatorKeys[];
  /** Between the answer to one transaction and the next of the same account. */
  readonly pauseMaxMs: number;
  readonly endMs: number;
};

/** A transaction, given the coins that do not pay for it; nothing if it cannot be made. */
export type KindOf = (coins: readonly OwnedCoin[]) => TransactionKind | undefined;

/** Sends transactions and keeps count of what becomes of them. */
export class Workload {
  readonly report: WorkloadReport = {
    sent: 0,
    open: 0,
    executed: 0,
    refused: {},
    latenciesMs: [],
    final: [],
    twins: [],
  };
  readonly accounts: readonly SimAccount[];
  readonly validators: readonly SimAccount[];
  readonly keys: readonly ValidatorKeys[];
  private readonly world: World;
  private readonly prng: Prng;
  private readonly options: WorkloadOptions;

  constructor(world: World, prng: Prng, options: WorkloadOptions) {
    this.world = world;
    this.prng = prng;
    this.options = options;
    this.accounts = options.accounts;
    this.validators = options.validators;
    this.keys = options.keys;
  }

  /** Lets every account send one transaction after another. */
  start(): void {
    for (const account of this.accounts) this.next(account);
  }

  /** A transfer of a little money from one of the account's coins, if it has any. */
  transfer(account: SimAccount): SignedTransaction | undefined {
    const coins = this.world.checker.settled.coinsOf(account.address).filter(isLarge);
    return coins.length === 0 ? undefined : this.spend(account, this.prng.pick(coins));
  }

  /** Sends a transaction of a validator until it succeeds; then calls `then`. */
  insist(validator: SimAccount, kindOf: KindOf, then: () => void = () => undefined): void {
    const { clock, checker } = this.world;
    const [gas, ...coins] = checker.settled.coinsOf(validator.address);
    const kind = gas && kindOf(coins);
    if (gas === undefined || kind === undefined) return;
    this.send(this.pickDoor(), signed(validator, kind, gas), (outcome) => {
      const isDone =
        outcome.kind === "Executed" && outcome.executed.effects.status.kind === "Success";
      if (isDone) return then();
      if (clock.timeMs > this.options.endMs) return;
      clock.after(RETRY_MS, () => this.insist(validator, kindOf, then));
    });
  }

  /** A transfer from a certain coin. */
  spend(account: SimAccount, coin: OwnedCoin): SignedTransaction {
    const recipient = this.prng.pick(this.accounts).address;
    const amount = AMOUNT_SHANNONS + BigInt(this.prng.below(1_000));
    return signed(account, { kind: "TransferCoin", coin: coin.ref, amount, recipient }, coin);
  }

  /** Sends a transaction through a node; `then` is called when the call ends. */
  send(
    door: SimNode,
    transaction: SignedTransaction,
    then: (outcome: CallEnd) => void = () => undefined,
  ): void {
    const sentMs = this.world.clock.timeMs;
    const { report } = this;
    report.sent++;
    report.open++;
    this.world.execute(door, transaction, (outcome) => {
      report.open--;
      this.count(outcome, this.world.clock.timeMs - sentMs);
      then(outcome);
    });
  }

  /** Some honest node, the fullnode as often as all others together. */
  pickDoor(): SimNode {
    const { honest } = this.world;
    return this.prng.chance(1 / 2) ? honest.at(-1)! : this.prng.pick(honest);
  }

  /** Sometimes a transaction that merges the coin into another, so that it is no more. */
  private merge(account: SimAccount, coin: OwnedCoin): SignedTransaction | undefined {
    const others = this.world.checker.settled.coinsOf(account.address);
    const into = others.find(({ ref }) => ref.object_id !== coin.ref.object_id);
    if (into === undefined || this.prng.chance(1 / 2)) return undefined;
    const [coins, recipients] = [[into.ref, coin.ref], [account.address]];
    const kind = { kind: "PayCoins", coins, amounts: [AMOUNT_SHANNONS], recipients } as const;
    return signed(account, kind, into);
  }

  /** Sends two transactions that spend the same coin through different nodes at once. */
  spendTwice(account: SimAccount): void {
    const coins = this.world.checker.settled.coinsOf(account.address).filter(isLarge);
    if (coins.length === 0) return;
    const coin = this.prng.pick(coins);
    const one = this.spend(account, coin);
    const other = this.merge(account, coin) ?? this.spend(account, coin);
    const twins = [transactionDigest(one.data), transactionDigest(other.data)] as const;
    if (twins[0] === twins[1]) return;
    this.report.twins.push(twins);
    this.send(this.pickDoor(), one);
    this.send(this.pickDoor(), other);
  }

  private next(account: SimAccount): void {
    const { clock } = this.world;
    const pauseMs = this.prng.below(this.options.pauseMaxMs);
    clock.after(pauseMs, () => {
      if (clock.timeMs >= this.options.endMs) return;
      const transaction = this.transfer(account);
      if (transaction === undefined) this.next(account);
      else this.send(this.pickDoor(), transaction, () => this.next(account));
    });
  }

  private count(outcome: CallEnd, latencyMs: number): void {
    const { report } = this;
    if (outcome.kind === "Executed") {
      report.executed++;
      report.latenciesMs.push(latencyMs);
      report.final.push(outcome.executed.digest);
      return;
    }
    const reason = outcome.kind === "Lost" ? "Lost" : outcome.refusal.reason;
    report.refused[reason] = (report.refused[reason] ?? 0) + 1;
  }
}

/** A transaction with its signature; `ref` is the coin that pays. */
function signed(
  { address: sender, publicKey }: SimAccount,
  kind: TransactionKind,
  { ref }: OwnedCoin,
): SignedTransaction {
  const data = { kind, sender, gas_payment: [ref] };
  return { data, signatures: [simUserSign(publicKey, signingDigest(data))] };
}

function isLarge({ balance }: OwnedCoin): boolean {
  return balance > AMOUNT_SHANNONS * 100n;
}
