/**
 * What `soma score` does: a competition on this machine, of a target's models or of weights files.
 *
 * @module
 */
import { SomaError, usageError } from "../../base/errors.ts";
import { blake2b256Hex } from "../../crypto/digest.ts";
import { DATA_BYTES_MAX, WEIGHTS_BYTES_MAX } from "../../scoring/engine.ts";
import { SCORING_SEED } from "../../scoring/judge.ts";
import { Scorer } from "../../scoring/scorer.ts";
import { sizeOfFile } from "../../scoring/sizes.ts";
import type { ObjectId } from "../../types/address.ts";
import type { Context } from "../command.ts";
import { compete, openCompetition } from "../competition.ts";
import { readInputFile } from "../input-file.ts";
import { interruptible } from "../interrupt.ts";
import { openClient } from "../network.ts";
import { startProgress } from "../progress.ts";
import { placingDocument, placingOf, placingRows } from "../submission-report.ts";

type Options = { readonly target: ObjectId | undefined; readonly weights: readonly string[] };

const NOTHING_LEFT = "nothing was sent";
const DECIMALS = 4;
const WEIGHTS_LIMITS = {
  bytesMax: WEIGHTS_BYTES_MAX,
  tooLarge: "models of this size cannot be scored",
};

/** `score` */
export async function scoreAction(context: Context, path: string, options: Options): Promise<void> {
  const { target, weights } = options;
  if ((target === undefined) === (weights.length === 0)) {
    throw usageError("give either --target or --weights", "see `soma score --help`");
  }
  const limits = { bytesMax: DATA_BYTES_MAX, tooLarge: "score a part of it" };
  const data = readInputFile(context.deps, path, limits);
  if (target === undefined) await scoreWithFiles(context, data, weights);
  else await scoreAtTarget(context, data, target);
}

async function scoreAtTarget(context: Context, data: Uint8Array, id: ObjectId): Promise<void> {
  const client = openClient(context);
  const { embedding } = await client.target(id);
  const arena = { targetsMax: 1, only: id, isForLooking: true, dim: embedding.length };
  const { contender, close } = openCompetition(context, client, data, arena);
  try {
    const { nearest: verdict, unscored } = await compete(context, contender);
    const [failure] = unscored.values();
    if (verdict === undefined) throw failure ?? unscorable();
    const placing = placingOf(verdict);
    context.output.result(placingDocument(placing), () =>
      context.output.table({ title: "Score", rows: placingRows(placing) }),
    );
  } finally {
    await close();
  }
}

async function scoreWithFiles(
  context: Context,
  data: Uint8Array,
  paths: readonly string[],
): Promise<void> {
  const files = paths.map((path) => ({
    path,
    file: readInputFile(context.deps, path, WEIGHTS_LIMITS),
  }));
  const sizes = files.map(({ path, file }) => sizeOfFile(file, path));
  const config = sizes[0]!;
  if (sizes.some((size) => size !== config)) {
    throw new SomaError("models_differ", "the models do not have the same size", {
      hint: "score them in calls of their own",
    });
  }
  const models = files.map(({ file }) => ({ name: blake2b256Hex(file), file }));
  const scorer = new Scorer();
  const progress = startProgress(context, "Scoring");
  try {
    const job = { config, models, data, target: undefined, seed: SCORING_SEED };
    const { winner, losses } = await interruptible(context.deps, NOTHING_LEFT, (signal) =>
      scorer.score(job, { signal }),
    );
    const rows = paths.map((path, place) => ({ path, loss: losses[place]! }));
    context.output.result({ losses: rows, winner: paths[winner] }, () => {
      const table = rows.map(({ path, loss }) => [path, loss.toFixed(DECIMALS)]);
      context.output.table({ title: "Score", head: ["Weights", "Loss"], rows: table });
      context.output.line(`Winner: ${paths[winner]}`);
    });
  } finally {
    progress.finish();
    await scorer.stop();
  }
}

function unscorable(): SomaError {
  return new SomaError("no_winnable_target", "the models of this target could not be scored");
}
