/**
 * A network without its consensus: the chain of one node, to which commits are handed as consensus
 * would. Everything from there on is what a node does: commits are executed in order, epochs end
 * by the validators' messages, every commit closes a checkpoint, and storage gets what that wrote.
 * Signatures and certificates are taken as given.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { LiveSet } from "../checkpoint/live-set.ts";
import { checkAdmission } from "../ledger/admit.ts";
import { buildGenesis } from "../ledger/genesis/build.ts";
import type { GenesisConfig } from "../ledger/genesis/config.ts";
import { Chain } from "../node/chain.ts";
import { Epoch, NO_PROGRESS } from "../node/epoch.ts";
import { genesisRecord } from "../node/genesis.ts";
import type { CheckpointRecord, ExecutedTransaction } from "../node/io.ts";
import { endOfEpoch, executeCommit, type OrderedPayload } from "../node/order.ts";
import { currentEpoch } from "../node/state.ts";
import { CONSENSUS_LIMITS } from "../protocol/limits.ts";
import { type OwnedCoin, SettledState } from "../simulator/settled.ts";
import type { Address, ObjectId } from "../types/address.ts";
import type { StateObject } from "../types/entry.ts";
import { type TransactionData, transactionDigest } from "../types/transaction.ts";
import { digestNamed } from "./accounts.ts";

/** Coins come by threes, so nobody ever has many; a transaction may carry 256. */
const GAS_COINS_MAX = 64;
const OBSERVER = { peer: "", identity: undefined, limits: CONSENSUS_LIMITS };

/** The chain of a played network. */
export class Network {
  private readonly settled = new SettledState();
  private readonly chain: Chain;
  private epoch: Epoch;
  /** Seeds the digests of commits, from which the ledger draws. */
  private readonly seed: number;
  private commits = 0;

  constructor(config: GenesisConfig, seed: number) {
    this.seed = seed;
    const genesis = buildGenesis(config);
    assert(genesis.ok, genesis.ok ? "" : genesis.error);
    const record = genesisRecord(genesis.value);
    this.store(record);
    const { bundle, digest, liveSet } = record;
    const tip = { summary: bundle.summary, digest, liveSet: LiveSet.fromBytes(liveSet) };
    this.chain = new Chain(this.reader(), tip);
    this.epoch = new Epoch(currentEpoch(OBSERVER, this.chain), NO_PROGRESS);
  }

  /** The number of the epoch. */
  get epochNumber(): bigint {
    return this.epoch.setting.number;
  }

  /** What the transactions of the epoch have paid. */
  get fees(): bigint {
    return this.chain.epochFees;
  }

  /** When the epoch began and how long it is to be. */
  get setting(): { readonly startMs: number; readonly durationMs: number } {
    const { startMs, durationMs } = this.epoch.setting;
    return { startMs: Number(startMs), durationMs: Number(durationMs) };
  }

  /** The latest version of an object. */
  find(id: ObjectId): StateObject | undefined {
    return this.chain.find(id);
  }

  /** What somebody can spend. */
  coinsOf(owner: Address): readonly OwnedCoin[] {
    return this.settled.coinsOf(owner);
  }

  /**
   * Orders transactions, which share no input, in one commit; returns what they did. What a node
   * would refuse at its door is left out.
   */
  commit(atMs: bigint, transactions: readonly TransactionData[]): readonly ExecutedTransaction[] {
    const payloads: OrderedPayload[] = [];
    for (const data of transactions) {
      if (checkAdmission(this.chain, data) !== undefined) continue;
      const digest = transactionDigest(data);
      const transaction = { data, signatures: [] };
      const payload = { kind: "UserTransaction", transaction, digest } as const;
      payloads.push({ author: 0, payload, sizeBytes: 0 });
    }
    if (payloads.length === 0) return [];
    const { executed } = this.process(atMs, payloads);
    return executed.filter(({ transaction }) => transaction.data.gas_payment.length > 0);
  }

  /** All validators say that they have nothing more to publish: the next epoch begins. */
  endEpoch(atMs: bigint): void {
    const { committee, number: epoch } = this.epoch.setting;
    const payloads = committee.members.map((_, author): OrderedPayload => {
      return { author, payload: { kind: "EndOfPublish", epoch }, sizeBytes: 0 };
    });
    this.process(atMs, payloads);
    assert(this.epoch.closed, "all voting power ends an epoch");
    this.epoch = new Epoch(currentEpoch(OBSERVER, this.chain), NO_PROGRESS);
  }

  private process(timestampMs: bigint, payloads: readonly OrderedPayload[]): CheckpointRecord {
    const index = this.epoch.progress.commitIndex + 1;
    const digest = digestNamed(`commit ${this.commits++} of seed ${this.seed}`);
    executeCommit(this.chain, this.epoch, { index, round: index, digest, timestampMs, payloads });
    const last = this.epoch.closed ? endOfEpoch(this.chain) : undefined;
    const { bundle } = this.chain.close(timestampMs, last, this.epoch.progress);
    const { epoch } = bundle.summary;
    const record = this.chain.certify({ epoch, signature: new Uint8Array(0), signers: [] });
    this.store(record);
    this.chain.settle(record);
    return record;
  }

  private store(record: CheckpointRecord): void {
    const excess = this.settled.apply(record);
    assert(excess === 0n, "there is always the same amount of money");
  }

  // Only what is: nobody asks a played network for its past.
  private reader(): ConstructorParameters<typeof Chain>[0] {
    return {
      find: (id) => this.settled.find(id),
      execution: () => undefined,
      bundle: () => undefined,
      blocks: () => [],
      commits: () => [],
    };
  }
}

/** What somebody pays with: his coins, the oldest first, which payment makes one. */
export function gasOf(network: Network, owner: Address): TransactionData["gas_payment"] {
  return network
    .coinsOf(owner)
    .slice(0, GAS_COINS_MAX)
    .map(({ ref }) => ref);
}
