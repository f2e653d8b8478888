/**
 * What `soma submit` does: finishes what was cut off, finds the best target that a file can win,
 * and wins it.
 *
 * @module
 */
import { SomaError, usageError } from "../../base/errors.ts";
import { bondOf } from "../../client/costs.ts";
import { blake2b256Hex } from "../../crypto/digest.ts";
import type { DeviceChoice } from "../../runtime/backend.ts";
import type { Contender, Contest, Entry } from "../../scoring/contender.ts";
import type { TargetVerdict } from "../../scoring/judge.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatObjectId } from "../../types/text.ts";
import type { TargetView } from "../../wire/json/target.ts";
import type { TransactionView } from "../../wire/json/transaction.ts";
import { mebibytes, somaText } from "../amounts.ts";
import type { Context } from "../command.ts";
import { compete, openCompetition } from "../competition.ts";
import { checkInputFile, readInputFile } from "../input-file.ts";
import { interruptible } from "../interrupt.ts";
import { openAccount } from "../network.ts";
import { startProgress } from "../progress.ts";
import {
  acceptedDocument,
  placingDocument,
  placingOf,
  placingRows,
  printAccepted,
} from "../submission-report.ts";
import {
  type Desk,
  finishAll,
  type Finished,
  openDesk,
  type Sent,
  submitData,
} from "../submissions.ts";
import { printTransaction, transactionDocument } from "../transaction-report.ts";

type Options = {
  readonly target: ObjectId | undefined;
  readonly dryRun: boolean;
  readonly resume: boolean;
  readonly limit: number;
  readonly device: DeviceChoice;
  readonly memoryMib: number | undefined;
};

const DECIMALS = 4;
const UNFINISHED = "what was sent is finished by `soma submit --resume`";

/** `submit` */
export async function submitAction(
  context: Context,
  path: string | undefined,
  options: Options,
): Promise<void> {
  if ((path === undefined) !== options.resume) {
    throw usageError("give either a FILE or --resume", "see `soma submit --help`");
  }
  if (path !== undefined) checkInputFile(context.deps, path);
  const account = openAccount(context);
  const desk = openDesk(context, account, await account.client.parameters());
  if (path === undefined) return tellFinished(context, await finishEarlier(context, desk));
  const data = readData(context, desk, path);
  if (!options.dryRun) {
    const repeated = await finishBefore(context, desk, data);
    if (repeated !== undefined) return tellAccepted(context, desk, repeated);
  }
  await submitFile(context, desk, data, options);
}

async function submitFile(
  context: Context,
  desk: Desk,
  data: Uint8Array,
  { limit, target, device, memoryMib, dryRun }: Options,
): Promise<void> {
  const { account, parameters } = desk;
  const dim = Number(parameters.target_embedding_dim);
  const arena = { targetsMax: limit, only: target, dim, device, memoryBytes: mebibytes(memoryMib) };
  const { contender, close } = openCompetition(context, account.client, data, arena);
  try {
    const contest = await compete(context, contender);
    const [best] = contest.winning;
    if (best === undefined) throw noTarget(contest);
    if (dryRun) return tellDryRun(context, desk, best, data);
    const entry = await send(context, desk, contender, contest);
    if (entry.kind === "NoTarget") throw noTarget(entry.contest);
    await tellSent(context, desk, entry.sent);
  } finally {
    await close();
  }
}

function readData({ deps }: Context, { parameters }: Desk, path: string): Uint8Array {
  const bytesMax = Number(parameters.max_submission_data_size);
  return readInputFile(deps, path, { bytesMax, tooLarge: "submit a part of it" });
}

function send(
  context: Context,
  desk: Desk,
  contender: Contender,
  contest: Contest,
): Promise<Entry<Sent>> {
  const progress = startProgress(context, "Submitting");
  return interruptible(context.deps, UNFINISHED, (signal) => {
    const attempt = (verdict: TargetVerdict): ReturnType<typeof submitData> =>
      submitData(desk, contender.data, verdict, signal);
    return contender.enter(contest, attempt, { signal });
  }).finally(progress.finish);
}

function finishEarlier(context: Context, desk: Desk): Promise<readonly Finished[]> {
  const progress = startProgress(context, "Finishing earlier submissions");
  return interruptible(context.deps, UNFINISHED, (signal) => finishAll(desk, signal)).finally(
    progress.finish,
  );
}

/** Finishes what was cut off; if that was a submission of the same data, it is this one. */
async function finishBefore(
  context: Context,
  desk: Desk,
  data: Uint8Array,
): Promise<TargetView | undefined> {
  const checksum = blake2b256Hex(data);
  const { address } = desk.account.keypair;
  let same: TargetView | undefined;
  for (const finished of await finishEarlier(context, desk)) {
    if (finished.kind !== "Hosted") continue;
    context.output.note(finishedText(finished));
    const isSame = finished.entry.checksum === checksum && finished.target.submitter === address;
    if (isSame) same = finished.target;
  }
  return same;
}

function tellFinished({ output }: Context, all: readonly Finished[]): void {
  const resumed = all.map(({ kind, entry }) => ({
    target_id: formatObjectId(entry.id),
    outcome: kind.toLowerCase(),
  }));
  output.result({ resumed }, () => {
    for (const finished of all) output.line(finishedText(finished));
    if (all.length === 0) output.line("There is nothing to finish.");
  });
}

function finishedText({ kind, entry }: Finished): string {
  const target = `target ${formatObjectId(entry.id)}`;
  switch (kind) {
    case "Hosted":
      return `Finished: ${target} has the data, and its bytes are hosted now.`;
    case "Lost":
      return `Forgotten: ${target} went to somebody else, or has expired.`;
    case "Waiting":
      return `Not there: ${target} is still open; submit the file again.`;
  }
}

async function tellSent(context: Context, desk: Desk, sent: Sent): Promise<void> {
  if (sent.kind === "Accepted") {
    return tellAccepted(context, desk, sent.target, sent.transaction);
  }
  const { output } = context;
  output.failed();
  const { transaction } = sent;
  output.result(transactionDocument(transaction), () => printTransaction(output, transaction));
}

async function tellAccepted(
  context: Context,
  { account, parameters }: Desk,
  target: TargetView,
  transaction?: TransactionView,
): Promise<void> {
  const { output } = context;
  const info = await account.client.info();
  const document = {
    ...(transaction === undefined ? { status: "Success" } : transactionDocument(transaction)),
    ...acceptedDocument(target, parameters),
    resumed: transaction === undefined,
  };
  output.result(document, () => {
    output.line(output.colors.green("✓ Submission accepted."));
    printAccepted(context, target, { parameters, info, transaction });
  });
}

function tellDryRun(
  { output }: Context,
  { parameters }: Desk,
  verdict: TargetVerdict,
  data: Uint8Array,
): void {
  const { reward } = verdict.target;
  const bond = bondOf(parameters, reward, BigInt(data.length));
  const placing = placingOf(verdict);
  output.result({ ...placingDocument(placing), bond, reward }, () => {
    const money = [
      ["Bond", somaText(bond)],
      ["Reward", somaText(reward)],
    ];
    output.table({ title: "Would be submitted", rows: [...placingRows(placing), ...money] });
    output.line("Nothing was sent.");
  });
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
