/**
 * What `soma demo` does: a network of its own, one round on it, and then the network to play with.
 *
 * @module
 */
import { basename } from "node:path";

import readme from "../../../README.md" with { type: "text" };
import { utf8 } from "../../base/bytes.ts";
import { SomaError } from "../../base/errors.ts";
import type { LocalnetUrls } from "../../localnet/options.ts";
import { PARAMETERS_V1 } from "../../protocol/parameters.ts";
import { formatAddress, formatDigest, formatObjectId } from "../../types/text.ts";
import type { Context } from "../command.ts";
import { type DemoData, playRound, type Round } from "../demo/round.ts";
import { openStage } from "../demo/stage.ts";
import { DemoTeller } from "../demo/teller.ts";
import type { StopSignal } from "../deps.ts";
import { readInputFile } from "../input-file.ts";
import { EXIT_BY_SIGNAL, listenForStop } from "../interrupt.ts";
import { startProgress } from "../progress.ts";
import { acceptedDocument } from "../submission-report.ts";

/** `demo` */
export async function demoAction(
  context: Context,
  path: string | undefined,
  isExit: boolean,
): Promise<void> {
  const data = readData(context, path);
  const teller = new DemoTeller(context.output);
  teller.begin(data.name, data.bytes.length);
  const { signal, dispose } = listenForStop(context.deps);
  try {
    const progress = startProgress(context, "Booting a network");
    const stage = await openStage(context).finally(progress.finish);
    try {
      const { failed } = stage.network;
      const round = playRound(stage, data, teller);
      const played = await Promise.race([round, failed, interruptedBy(signal)]);
      context.output.result(roundDocument(played), () => undefined);
      // Nobody is there any more to press Ctrl+C.
      if (isExit || context.deps.stdout.isBroken()) return;
      teller.staysUp(stage.home);
      await Promise.race([stopped(signal), failed]);
    } finally {
      context.output.note("Stopping …");
      await stage.close();
    }
  } finally {
    dispose();
  }
}

function readData({ deps }: Context, path: string | undefined): DemoData {
  if (path === undefined) return { name: "README.md", bytes: utf8(readme) };
  const bytesMax = Number(PARAMETERS_V1.max_submission_data_size);
  const bytes = readInputFile(deps, path, { bytesMax, tooLarge: "take a part of it" });
  return { name: basename(path), bytes };
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function interruptedBy(signal: AbortSignal): Promise<never> {
  await stopped(signal);
  const exit = EXIT_BY_SIGNAL[signal.reason as StopSignal];
  throw new SomaError("interrupted", "interrupted; nothing of the demo is kept", { exit });
}

function roundDocument({ opening, submission, settlement }: Round): object {
  const { stage, data, parameters, rivals, address } = opening;
  const { target, contest } = submission;
  return {
    file: data.name,
    size: data.bytes.length,
    config_dir: stage.home,
    ...urlsDocument(stage.network.urls),
    boot_ms: Math.round(stage.bootMs),
    models: rivals.map(({ id, title }) => ({ model_id: formatObjectId(id), title })),
    address: formatAddress(address),
    open_targets: contest.targetCount,
    winnable_targets: contest.winning.length,
    ...acceptedDocument(target, parameters),
    scoring_ms: Math.round(submission.scoringMs),
    submission_fee: submission.fee,
    finality_ms: Math.round(submission.finalityMs),
    submit_epoch: Number(target.fill_epoch ?? 0n),
    claim_epoch: Number(settlement.epoch),
    claim_digest: formatDigest(settlement.claim.digest),
    claim_fee: settlement.claim.fee.total_fee,
    balance_before: opening.balance,
    balance_after: settlement.balance,
    model_stake_before: submission.stake,
    model_stake_after: settlement.stake,
  };
}

function urlsDocument({ rpc, faucet, scoring, admin }: LocalnetUrls): object {
  return { rpc_url: rpc, faucet_url: faucet, scoring_url: scoring, admin_url: admin };
}
