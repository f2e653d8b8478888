/**
 * One round of the competition, from a new account to its reward, on a network that runs. Every
 * figure is read from the network; `tell` hears of each step when it is done.
 *
 *     faucet → score → submit → epoch → epoch → claim
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { SomaError } from "../../base/errors.ts";
import { requestCoins } from "../../client/faucet.ts";
import type { Account } from "../../client/transact.ts";
import { readDemoModels } from "../../localnet/demo-models.ts";
import type { Contender, Contest } from "../../scoring/contender.ts";
import type { Address, ObjectId } from "../../types/address.ts";
import type { ModelView } from "../../wire/json/model.ts";
import type { ParametersView } from "../../wire/json/parameters.ts";
import type { TargetView } from "../../wire/json/target.ts";
import type { TransactionView } from "../../wire/json/transaction.ts";
import { compete, openCompetition } from "../competition.ts";
import { openAccount } from "../network.ts";
import { startProgress } from "../progress.ts";
import { type Shares, sharesOf } from "../submission-report.ts";
import { openDesk, submitData } from "../submissions.ts";
import type { Stage } from "./stage.ts";

/** Data and what people call it. */
export type DemoData = { readonly name: string; readonly bytes: Uint8Array };

/** A model that competes, and what it is for people. */
export type Rival = { readonly id: ObjectId; readonly title: string };

/** What there is before the round. */
export type Opening = {
  readonly stage: Stage;
  readonly data: DemoData;
  readonly account: Account;
  readonly parameters: ParametersView;
  readonly rivals: readonly Rival[];
  readonly address: Address;
  /** After the faucet. */
  readonly balance: bigint;
};

/** What the target took, and how long that was on its way. */
export type Submission = {
  readonly target: TargetView;
  readonly contest: Contest;
  readonly scoringMs: number;
  readonly finalityMs: number;
  readonly fee: bigint;
  /** The stake of the winning model before it is paid. */
  readonly stake: bigint;
};

/** What the round brought. */
export type Settlement = {
  readonly epoch: bigint;
  readonly shares: Shares;
  readonly claim: TransactionView;
  readonly balance: bigint;
  readonly stake: bigint;
};

/** A round that was played to its end. */
export type Round = {
  readonly opening: Opening;
  readonly submission: Submission;
  readonly settlement: Settlement;
};

/** Hears how far the round is. */
export type Teller = {
  readonly opened: (opening: Opening) => void;
  /** No target of this epoch takes the data. */
  readonly passed: (contest: Contest) => void;
  readonly submitted: (opening: Opening, submission: Submission) => void;
  readonly epoch: (epoch: bigint, tookMs: number) => void;
  readonly settled: (round: Round) => void;
};

/** Looks at the targets of so many epochs before data that nobody wants is given up. */
const EPOCHS_MAX = 3;

/** Plays a round with `data`. */
export async function playRound(stage: Stage, data: DemoData, tell: Teller): Promise<Round> {
  const opening = await open(stage, data);
  tell.opened(opening);
  const submission = await submit(opening, tell);
  tell.submitted(opening, submission);
  const { claimable_epoch: claimable } = submission.target;
  let epoch = present(submission.target.fill_epoch, "the epoch of a filled target");
  while (epoch < present(claimable, "when a filled target is paid")) {
    epoch = await nextEpoch(stage, tell);
  }
  const round = { opening, submission, settlement: await settle(opening, submission, epoch) };
  tell.settled(round);
  return round;
}

async function open(stage: Stage, data: DemoData): Promise<Opening> {
  const account = openAccount(stage.context);
  const { address } = account.keypair;
  const faucet = present(stage.network.urls.faucet, "a faucet");
  await requestCoins(faucet, address);
  const [parameters, balance] = await Promise.all([
    account.client.parameters(),
    balanceOf(account),
  ]);
  const rivals = await rivalsOf(account);
  return { stage, data, account, parameters, rivals, address, balance };
}

async function rivalsOf({ client }: Account): Promise<readonly Rival[]> {
  const known = readDemoModels();
  const titleOf = ({ weights_commitment: commitment }: ModelView): string =>
    capitalised(known.find((demo) => demo.commitment === commitment)?.title ?? "unknown");
  const rivals: Rival[] = [];
  for await (const model of client.models()) {
    rivals.push({ id: model.model_id, title: titleOf(model) });
  }
  return rivals;
}

async function submit(opening: Opening, tell: Teller): Promise<Submission> {
  const { stage, account, parameters, data } = opening;
  const dim = Number(parameters.target_embedding_dim);
  const arena = { targetsMax: Number.MAX_SAFE_INTEGER, dim, device: "auto" } as const;
  const competition = openCompetition(stage.context, account.client, data.bytes, arena);
  try {
    for (let epochs = 1; ; epochs++) {
      const submission = await submitNow(opening, competition.contender, tell);
      if (submission !== undefined) return submission;
      if (epochs === EPOCHS_MAX) throw unwanted(data);
      await nextEpoch(stage, tell);
    }
  } finally {
    await competition.close();
  }
}

/** Submits to the best target that is open now, if there is one. */
async function submitNow(
  opening: Opening,
  contender: Contender,
  tell: Teller,
): Promise<Submission | undefined> {
  const { stage, account, parameters } = opening;
  const { context } = stage;
  const { clock } = context.deps;
  const startMs = clock.monotonicMs();
  const contest = await compete(context, contender);
  const scoredMs = clock.monotonicMs();
  const desk = openDesk(context, account, parameters);
  const progress = startProgress(context, "Submitting");
  const entry = await contender
    .enter(contest, (verdict) => submitData(desk, contender.data, verdict))
    .finally(progress.finish);
  if (entry.kind === "NoTarget") {
    tell.passed(entry.contest);
    return undefined;
  }
  if (entry.sent.kind === "Refused") throw refused(entry.sent.transaction);
  const { target, transaction } = entry.sent;
  return {
    target,
    contest,
    fee: transaction?.fee.total_fee ?? 0n,
    scoringMs: scoredMs - startMs,
    finalityMs: clock.monotonicMs() - scoredMs,
    stake: await stakeOf(account, target),
  };
}

async function nextEpoch({ network, context }: Stage, tell: Teller): Promise<bigint> {
  const { clock } = context.deps;
  const startMs = clock.monotonicMs();
  const progress = startProgress(context, "Ending the epoch");
  const epoch = await network.control.advanceEpoch().finally(progress.finish);
  tell.epoch(epoch, clock.monotonicMs() - startMs);
  return epoch;
}

async function settle(
  { account, parameters }: Opening,
  { target }: Submission,
  epoch: bigint,
): Promise<Settlement> {
  const { target_id } = target;
  const claim = await account.transact(() => ({ kind: "ClaimRewards", target_id }));
  if (claim.status.kind === "Failure") throw refused(claim);
  return {
    epoch,
    shares: sharesOf(parameters, target.reward_pool),
    claim,
    balance: await balanceOf(account),
    stake: await stakeOf(account, target),
  };
}

async function balanceOf({ client, keypair }: Account): Promise<bigint> {
  return (await client.balance(keypair.address)).total_balance;
}

async function stakeOf({ client }: Account, target: TargetView): Promise<bigint> {
  const winner = present(target.winning_model_id, "the winner of a filled target");
  return (await client.model(winner)).stake_balance;
}

function capitalised(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function unwanted({ name }: DemoData): SomaError {
  const message = `no target of ${EPOCHS_MAX} epochs takes ${name}`;
  return new SomaError("no_winnable_target", message, { hint: "try another file" });
}

function refused({ kind, status }: TransactionView): SomaError {
  const { error, hint } = status.kind === "Failure" ? status : { error: "", hint: "" };
  return new SomaError("transaction_failed", `${kind} failed: ${error}`, { hint });
}
