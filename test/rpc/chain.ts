/**
 * A chain in memory behind the contract of the surfaces: the ledger itself from genesis on, one
 * checkpoint a transaction, every version kept. Whatever the surface shows was really executed.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { SomaError } from "../../src/base/errors.ts";
import { verifyUserSignature } from "../../src/crypto/user-signature.ts";
import { checkAdmission } from "../../src/ledger/admit.ts";
import { committeeOf } from "../../src/ledger/committee.ts";
import { executeTransaction } from "../../src/ledger/execute.ts";
import type { GenesisConfig } from "../../src/ledger/genesis/config.ts";
import { describeRefusal } from "../../src/ledger/inputs.ts";
import type { Execution } from "../../src/ledger/outcome.ts";
import { modelIds } from "../../src/ledger/readers.ts";
import type { ExecuteOutcome, FinalExecution } from "../../src/node/io.ts";
import type {
  CheckpointFeed,
  EpochRecord,
  LedgerReader,
  ListPage,
  PageRequest,
  TransactionRunner,
} from "../../src/rpc/reader.ts";
import type { Address, Digest, ObjectId } from "../../src/types/address.ts";
import type { CheckpointBundle } from "../../src/types/bundle.ts";
import { checkpointDigest, contentsDigest } from "../../src/types/checkpoint.ts";
import { effectsDigest } from "../../src/types/effects.ts";
import {
  EPOCH_STATE_ID,
  isEntryContent,
  modelEntryId,
  type StateObject,
} from "../../src/types/entry.ts";
import { NO_FEE } from "../../src/types/fee.ts";
import type { SubmitRefusal } from "../../src/types/message.ts";
import type { SomaObject } from "../../src/types/object.ts";
import {
  type SignedTransaction,
  signingDigest,
  systemTransaction,
  type TransactionData,
  transactionDigest,
} from "../../src/types/transaction.ts";
import { digestFrom } from "../ledger/fixtures.ts";
import { World } from "../ledger/world.ts";

const CERTIFICATE = { epoch: 0n, signature: new Uint8Array(48), signers: [0, 1, 2] };

/** A chain of one checkpoint a transaction. */
export class TestChain {
  readonly world: World;
  readonly reader: LedgerReader;
  readonly runner: TransactionRunner;
  readonly feed: CheckpointFeed;
  /** What the next executions are refused with, instead of being executed. */
  readonly refusals: SubmitRefusal[] = [];
  /** Every transaction that came to be executed. */
  readonly offered: SignedTransaction[] = [];
  /** When set, executions wait for it. */
  gate: Promise<void> | undefined;
  private readonly versions = new Map<string, StateObject>();
  private readonly executions = new Map<Digest, FinalExecution>();
  private readonly checkpoints: CheckpointBundle[] = [];
  private readonly epochs: EpochRecord[] = [];
  private readonly listeners = new Set<(bundle: CheckpointBundle) => void>();

  constructor(changes: Partial<GenesisConfig> = {}) {
    this.world = new World(changes);
    const { transaction, effects, contents, summary, objects } = this.world.genesis;
    for (const object of objects) this.keep(object);
    this.checkpoints.push({
      summary,
      contents,
      certificate: CERTIFICATE,
      transactions: [transaction],
    });
    this.remember(transaction, effects);
    this.openEpoch(0n);
    this.reader = this.createReader();
    this.runner = {
      execute: (signed, signal) => this.run(signed, signal),
      simulate: (data) => this.simulate(data),
    };
    this.feed = (listener) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    };
  }

  /** How many listen to the feed. */
  get listening(): number {
    return this.listeners.size;
  }

  /** Executes a transaction as if its sender had signed it. */
  execute(data: TransactionData): FinalExecution {
    return this.conclude({ data, signatures: [new Uint8Array(97)] }, this.world.execute(data));
  }

  /** Ends the epoch. */
  endEpoch(): void {
    const before = this.world.epoch;
    const execution = this.world.endEpoch();
    // The world made the transaction itself; its kind is all that a checkpoint needs of it.
    const transaction = systemTransaction({
      kind: "ChangeEpoch",
      epoch: before + 1n,
      epoch_start_timestamp_ms: this.world.nowMs,
      protocol_version: 1n,
      fees: 0n,
      epoch_randomness: new Uint8Array(32),
    });
    this.conclude(transaction, execution);
    const last = this.latest().summary;
    const ended = present(this.epochs.pop(), "an epoch");
    const { sequence_number: lastCheckpoint, timestamp_ms: endMs } = last;
    this.epochs.push({ ...ended, lastCheckpoint, endMs });
    this.openEpoch(lastCheckpoint + 1n);
  }

  private latest(): CheckpointBundle {
    return present(this.checkpoints.at(-1), "a checkpoint");
  }

  private async run(signed: SignedTransaction, signal: AbortSignal): Promise<ExecuteOutcome> {
    this.offered.push(signed);
    await this.gate;
    signal.throwIfAborted();
    const { data, signatures } = signed;
    const known = this.executions.get(transactionDigest(data));
    if (known !== undefined) return { kind: "Executed", ...known };
    const scripted = this.refusals.shift();
    if (scripted !== undefined) return { kind: "Refused", refusal: scripted };
    const [signature = new Uint8Array(0)] = signatures;
    const fault = verifyUserSignature(signature, signingDigest(data), data.sender);
    const refusal = fault === undefined ? checkAdmission(this.world, data) : undefined;
    if (fault !== undefined) return refused("Invalid", fault);
    if (refusal !== undefined) {
      const isStale = refusal.kind === "ObjectVersionUnavailableForConsumption";
      return refused(isStale ? "Stale" : "Invalid", describeRefusal(refusal));
    }
    return { kind: "Executed", ...this.conclude(signed, this.world.execute(data)) };
  }

  private simulate(data: TransactionData): Execution {
    const context = this.world.context();
    return executeTransaction(this.world, data, transactionDigest(data), context);
  }

  private conclude(transaction: SignedTransaction, execution: Execution): FinalExecution {
    const { effects, written } = execution;
    for (const object of written) this.keep(object);
    this.world.nowMs += 250n;
    const contents = {
      transactions: [{ transaction: effects.transaction_digest, effects: effectsDigest(effects) }],
      user_signatures: [transaction.signatures],
    };
    const previous = this.latest().summary;
    const summary = {
      ...previous,
      epoch: effects.executed_epoch,
      sequence_number: previous.sequence_number + 1n,
      network_total_transactions: previous.network_total_transactions + 1n,
      content_digest: contentsDigest(contents),
      previous_digest: checkpointDigest(previous),
      timestamp_ms: this.world.nowMs,
      epoch_rolling_transaction_fees: NO_FEE,
    };
    const bundle = { summary, contents, certificate: CERTIFICATE, transactions: [transaction] };
    this.checkpoints.push(bundle);
    const final = this.remember(transaction, effects);
    for (const listener of this.listeners) listener(bundle);
    return final;
  }

  private remember(transaction: SignedTransaction, effects: Execution["effects"]): FinalExecution {
    const digest = effects.transaction_digest;
    const { sequence_number: sequence, timestamp_ms: timestampMs } = this.latest().summary;
    const final = { executed: { digest, transaction, effects }, sequence, timestampMs };
    this.executions.set(digest, final);
    return final;
  }

  private keep(object: StateObject): void {
    this.versions.set(`${object.id} ${object.version}`, object);
  }

  private openEpoch(firstCheckpoint: bigint): void {
    this.epochs.push({
      epoch: this.world.epoch,
      committee: committeeOf(this.world),
      firstCheckpoint,
      lastCheckpoint: undefined,
      startMs: this.world.content("EpochState", EPOCH_STATE_ID).start_timestamp_ms,
      endMs: undefined,
      protocolVersion: 1n,
    });
  }

  private createReader(): LedgerReader {
    const { world, checkpoints, executions } = this;
    return {
      chainId: checkpointDigest(world.genesis.summary),
      latest: () => this.latest(),
      find: (id) => world.find(id),
      findVersion: (id, version) => this.versions.get(`${id} ${version}`),
      owned: (owner, type, page) => pageOf(this.ownedBy(owner, type), page),
      targets: ({ status, epoch }, page) =>
        pageOf(
          this.targets().filter(
            ({ content }) =>
              content.kind === "Target" &&
              content.status.kind === (status === "open" ? "Open" : "Filled") &&
              (epoch === undefined || content.generation_epoch === epoch),
          ),
          page,
        ),
      models: (page) =>
        pageOf(
          modelIds(world).map((id) => world.content("Model", modelEntryId(id))),
          page,
        ),
      transaction: (digest) => executions.get(digest),
      transactionsOf: (owner, page) =>
        pageOf([...executions.values()].filter(concerns(owner)).reverse(), page),
      checkpoint: (sequence) => checkpoints[Number(sequence)],
      checkpointByDigest: (digest) =>
        checkpoints.find(({ summary }) => checkpointDigest(summary) === digest),
      epoch: (epoch) => this.epochs[Number(epoch)],
    };
  }

  private ownedBy(owner: Address, type: "Coin" | "StakedSoma" | undefined): SomaObject[] {
    return [this.world.list("Coin", owner), this.world.list("StakedSoma", owner)]
      .flat()
      .filter(({ content }) => type === undefined || content.kind === type)
      .map(({ id }) => this.visible(id));
  }

  private targets(): SomaObject[] {
    return this.world
      .list("Target")
      .map(({ id }) => this.visible(id))
      .sort((left, right) => Number(rankOf(left) - rankOf(right)) || (left.id < right.id ? -1 : 1));
  }

  private visible(id: ObjectId): SomaObject {
    const object = present(this.world.find(id), "an object");
    const { content } = object;
    if (isEntryContent(content)) throw new Error(`${id} is an entry`);
    return { ...object, content };
  }
}

/** The digest that a name determines, for what is nowhere. */
export function nowhere(name: string): Digest {
  return digestFrom(`nowhere ${name}`);
}

function refused(reason: SubmitRefusal["reason"], detail: string): ExecuteOutcome {
  return { kind: "Refused", refusal: { reason, detail } };
}

function rankOf({ content }: SomaObject): bigint {
  return content.kind === "Target" ? content.generation_epoch : 0n;
}

function concerns(owner: Address): (final: FinalExecution) => boolean {
  return ({ executed }) => {
    const { data } = executed.transaction;
    if (data.sender === owner && data.gas_payment.length > 0) return true;
    return executed.effects.changed_objects.some(({ output_state: output }) => {
      const after = output.kind === "ObjectWrite" ? output.owner : undefined;
      return after?.kind === "AddressOwner" && after.address === owner;
    });
  };
}

function pageOf<T>(rows: readonly T[], { after, limit }: PageRequest): ListPage<T> {
  const start = after === undefined ? 0 : Number(/^place (\d+)$/.exec(after)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw new SomaError("cursor_invalid", "not a cursor of this list");
  const end = start + limit;
  const next = end < rows.length ? `place ${end}` : undefined;
  return { items: rows.slice(start, end), next };
}
