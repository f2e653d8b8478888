/**
 * What `soma submit` does: finds the best target that a file can win, and wins it.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import type { Account } from "../../client/transact.ts";
import { Contender, type Contest, type Entry } from "../../scoring/contender.ts";
import type { TargetVerdict } from "../../scoring/judge.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatDigest, formatObjectId, formatSoma } from "../../types/text.ts";
import type { Context } from "../command.ts";
import { networkArena, openEngine, type Sent, submitData } from "../competition.ts";
import { interruptible } from "../interrupt.ts";
import { openAccount } from "../network.ts";
import { startProgress } from "../progress.ts";
import { readWholeFile } from "../read-file.ts";
import { transactionDocument } from "../transaction-report.ts";

type Options = {
  readonly target: ObjectId | undefined;
  readonly dryRun: boolean;
  readonly limit: number;
};

const DECIMALS = 4;
const UNCERTAIN = "a submission on its way may still be taken";

/** `submit` */
export async function submitAction(
  context: Context,
  path: string,
  options: Options,
): Promise<void> {
  const account = openAccount(context);
  const parameters = await account.client.parameters();
  const data = readWholeFile(context, path, Number(parameters.max_submission_data_size));
  const dim = Number(parameters.target_embedding_dim);
  const engine = openEngine(context, account.client.url, dim);
  const arena = networkArena(account.client, options.limit, options.target);
  const contender = new Contender(engine, arena, data);
  try {
    const contest = await compete(context, contender);
    const [best] = contest.winning;
    if (best === undefined) throw noTarget(contest);
    if (options.dryRun) return tellDryRun(context, best);
    tellSend(context, await send(context, account, contender, contest));
  } finally {
    await engine.stop();
  }
}

async function compete(context: Context, contender: Contender): Promise<Contest> {
  const progress = startProgress(context, "Scoring", 100);
  const onProgress = ({ done, total }: { done: number; total: number }): void =>
    progress.update((100 * done) / total);
  return interruptible(context.deps, "nothing was sent", (signal) =>
    contender.compete({ onProgress, signal }),
  ).finally(() => progress.finish());
}

function send(
  context: Context,
  account: Account,
  contender: Contender,
  contest: Contest,
): Promise<Entry<Sent>> {
  return interruptible(context.deps, UNCERTAIN, (signal) =>
    contender.enter(contest, (verdict) => submitData(account, contender.data, verdict, signal), {
      signal,
    }),
  );
}

function tellSend(context: Context, entry: Entry<Sent>): void {
  const { output } = context;
  if (entry.kind === "NoTarget") throw noTarget(entry.contest);
  const { verdict, sent } = entry;
  const { transaction, bond } = sent;
  if (transaction.status.kind === "Failure") output.failed();
  const claimable = transaction.executed_epoch + 2n;
  const document = {
    ...transactionDocument(transaction),
    ...verdictDocument(verdict),
    bond,
    reward: verdict.target.reward,
    claimable_epoch: Number(claimable),
  };
  output.result(document, () => {
    if (transaction.status.kind === "Failure") {
      return output.line(output.colors.red(`✗ ${transaction.status.error}`));
    }
    output.line(output.colors.green("✓ Submission accepted."));
    const rows = [
      ...verdictRows(verdict),
      ["Bond", `${formatSoma(bond)} SOMA, returned with the reward`],
      ["Reward", `${formatSoma(verdict.target.reward)} SOMA to share with the model`],
      ["Digest", formatDigest(transaction.digest)],
    ];
    output.table({ title: "Submission", rows });
    const id = formatObjectId(verdict.target.id);
    output.line(`Claim it from epoch ${claimable} on: soma target claim ${id}`);
  });
}

function tellDryRun({ output }: Context, verdict: TargetVerdict): void {
  const document = { ...verdictDocument(verdict), reward: String(verdict.target.reward) };
  output.result(document, () => {
    output.table({ title: "Would be submitted", rows: verdictRows(verdict) });
    output.line("Nothing was sent.");
  });
}

/** What a verdict says, for programs. */
export function verdictDocument({ target, winner, losses, distance }: TargetVerdict): object {
  return {
    target_id: formatObjectId(target.id),
    losses: target.modelIds.map((id, place) => ({
      model_id: formatObjectId(id),
      loss: losses[place],
    })),
    winning_model_id: formatObjectId(winner),
    distance,
    distance_threshold: target.threshold,
  };
}

/** What a verdict says, for people. */
export function verdictRows({ target, winner, losses, distance }: TargetVerdict): string[][] {
  const models = target.modelIds.map((id, place) => [
    id === winner ? "Winning model" : "Model",
    `${formatObjectId(id)}: loss ${losses[place]?.toFixed(DECIMALS)}`,
  ]);
  return [
    ["Target", formatObjectId(target.id)],
    ...models,
    ["Distance", `${distance.toFixed(DECIMALS)}, at most ${target.threshold.toFixed(DECIMALS)}`],
  ];
}

function noTarget({ targetCount, nearest, unscored }: Contest): SomaError {
  if (targetCount === 0) {
    return new SomaError("no_open_target", "there are no open targets now", {
      hint: "targets are made when an epoch begins; try `soma epoch advance` on a local network",
    });
  }
  const near =
    nearest === undefined
      ? "no model of theirs could be scored"
      : `the nearest is ${nearest.distance.toFixed(DECIMALS)} away and allows ` +
        nearest.target.threshold.toFixed(DECIMALS);
  const [reason] = unscored.values();
  const hint = reason?.message ?? "try other data, or the targets of the next epoch";
  const message = `none of ${targetCount} open targets can be won by this file: ${near}`;
  return new SomaError("no_winnable_target", message, { hint });
}
