/**
 * Plays a plan: epoch after epoch everybody acts, and what the ledger made of it is a row. The same
 * plan gives the same rows.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { Prng } from "../base/prng.ts";
import { openTargets, type TargetRow } from "../ledger/readers.ts";
import { readContent } from "../ledger/view.ts";
import type { ExecutedTransaction } from "../node/io.ts";
import type { ObjectId } from "../types/address.ts";
import type { TransactionData } from "../types/transaction.ts";
import { Directions } from "./directions.ts";
import { genesisOf } from "./genesis.ts";
import { claim, claimsOf, type Hunt, submitTo, untilNextHit } from "./hunters.ts";
import { Network } from "./network.ts";
import {
  type AttackerShare,
  type Ending,
  observeEnding,
  observeOpening,
  observeShare,
  type Opening,
  validatorStake,
} from "./observe.ts";
import { payment, paymentTimes } from "./payers.ts";
import { activityAt, type Plan } from "./plan.ts";
import { publish, type Trainer, trainersOf } from "./trainers.ts";

/** One epoch. Amounts are shannons. */
export type EpochRow = Opening &
  Ending & {
    readonly hunters: number;
    readonly payments: bigint;
    /** What validators were paid for the epoch. */
    readonly validator_pay: bigint;
    /** Transactions that were executed, those of them that failed, and those refused before. */
    readonly transactions: number;
    readonly failed: number;
    readonly refused: number;
    readonly attacker: AttackerShare | undefined;
  };

/** How far a play is: epochs, with the part of the running one; and the row that is new, if any. */
export type Step = { readonly epochs: number; readonly row: EpochRow | undefined };

/** Commits between two steps in which nothing else ended. */
const COMMITS_PER_STEP = 64;

/** Plays a plan, step by step. */
export function* playPlan(plan: Plan): Generator<Step, void> {
  const prng = new Prng(plan.seed);
  const network = new Network(genesisOf(plan, prng), plan.seed);
  const trainers = trainersOf(network, plan, prng);
  const stage: Stage = {
    plan,
    network,
    prng,
    trainers,
    directions: new Directions(plan.dimension),
    skills: new Map(trainers.map(({ model, skill }) => [model, skill])),
    attackers: new Set(trainers.filter((one) => one.isAttacker).map(({ model }) => model)),
  };
  let fees = 0n;
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    const row: EpochRow = yield* playEpoch(stage, epoch, fees);
    yield { epochs: epoch + 1, row };
    fees = row.fees;
  }
}

/** Plays a plan to its end. */
export function rowsOf(plan: Plan): readonly EpochRow[] {
  return [...playPlan(plan)].flatMap(({ row }) => (row === undefined ? [] : [row]));
}

type Stage = Omit<Hunt, "hunters" | "attemptsPerMs"> & {
  readonly plan: Plan;
  readonly network: Network;
  readonly trainers: readonly Trainer[];
  readonly attackers: ReadonlySet<ObjectId>;
};

function* playEpoch(stage: Stage, epoch: number, fees: bigint): Generator<Step, EpochRow> {
  const { network, plan, attackers } = stage;
  const { hunters, payments } = activityAt(plan, epoch);
  const opening = observeOpening(network, fees);
  const run = new Run(stage, hunters, payments);
  while (!run.ended) {
    for (let commits = 0; commits < COMMITS_PER_STEP && !run.ended; commits++) run.next();
    yield { epochs: epoch + run.share, row: undefined };
  }
  const ending = observeEnding(network, run.endMs);
  const attacker = attackers.size === 0 ? undefined : observeShare(network, attackers);
  const before = validatorStake(network);
  network.endEpoch(run.endMs);
  const validator_pay = validatorStake(network) - before;
  const { transactions, failed, refused } = run;
  const acted = { hunters, payments, validator_pay, transactions, failed, refused, attacker };
  return { ...opening, ...ending, ...acted };
}

/** One epoch while it runs. What everybody does first waits in `openingActs`. */
class Run {
  transactions = 0;
  failed = 0;
  refused = 0;
  private readonly stage: Stage;
  private readonly hunt: Hunt;
  private readonly payments: bigint;
  private readonly openingActs: (() => readonly TransactionData[])[];
  private readonly paymentTimes: readonly number[];
  private readonly open: TargetRow[];
  private readonly startMs: number;
  private readonly durationMs: number;
  private paid = 0;
  /** Milliseconds since the epoch began. */
  private nowMs = 0;

  constructor(stage: Stage, hunters: number, payments: bigint) {
    const { network, plan, prng } = stage;
    const { startMs, durationMs } = network.setting;
    this.stage = stage;
    this.hunt = { ...stage, hunters, attemptsPerMs: plan.attempts / durationMs };
    this.payments = payments;
    this.startMs = startMs;
    this.durationMs = durationMs;
    this.paymentTimes = paymentTimes(prng, durationMs);
    this.open = [...openTargets(network)];
    const { dimension } = plan;
    this.openingActs = [
      () => publish(network, stage.trainers, { epoch: Number(network.epochNumber), dimension }),
      ...claimsOf(network).map((round) => () => round.map((one) => claim(network, one))),
    ];
  }

  /** When the epoch is over. */
  get endMs(): bigint {
    return BigInt(this.startMs + this.durationMs);
  }

  get ended(): boolean {
    return this.nowMs >= this.durationMs;
  }

  /** The part of the epoch that is over. */
  get share(): number {
    return Math.min(1, this.nowMs / this.durationMs);
  }

  /** Lets the next thing happen. */
  next(): void {
    const act = this.openingActs.shift();
    if (act !== undefined) {
      this.nowMs++;
      return this.commit(act());
    }
    const hitMs = this.nowMs + untilNextHit(this.hunt, this.open);
    const paymentMs = this.paymentTimes[this.paid] ?? Infinity;
    this.nowMs = Math.max(this.nowMs, Math.min(hitMs, paymentMs));
    if (this.ended) return;
    if (paymentMs <= hitMs) {
      return this.commit([payment(this.stage.network, this.payments, this.paid++)]);
    }
    const place = this.stage.prng.below(this.open.length);
    const [target] = this.open.splice(place, 1);
    assert(target !== undefined, "a hit has a target");
    this.commit([submitTo(this.hunt, this.stage.network, target)]);
  }

  private commit(transactions: readonly TransactionData[]): void {
    const atMs = BigInt(Math.floor(this.startMs + this.nowMs));
    const all = this.stage.network.commit(atMs, transactions);
    this.transactions += all.length;
    this.refused += transactions.length - all.length;
    for (const executed of all) {
      if (executed.effects.status.kind === "Failure") this.failed++;
      this.open.push(...this.newTargets(executed));
    }
  }

  private newTargets({ effects }: ExecutedTransaction): readonly TargetRow[] {
    return effects.changed_objects.flatMap(({ object_id: id, id_operation }) => {
      if (id_operation !== "Created") return [];
      const target = readContent(this.stage.network, "Target", id);
      return target === undefined ? [] : [{ id, target, phase: "Open" as const }];
    });
  }
}
