/**
 * What `soma score` does: a competition on this machine, of a target's models or of weights files.
 *
 * @module
 */
import { SomaError, usageError } from "../../base/errors.ts";
import { DATA_BYTES_MAX } from "../../scoring/supply.ts";
import type { ObjectId } from "../../types/address.ts";
import { mebibytes } from "../amounts.ts";
import type { Context } from "../command.ts";
import { compete, openCompetition } from "../competition.ts";
import { readInputFile } from "../input-file.ts";
import type { TargetText } from "../model-values.ts";
import { openClient } from "../network.ts";
import { placingDocument, placingOf, placingRows } from "../submission-report.ts";
import { type OfflineOptions, scoreFilesAction } from "./score-offline.ts";

type Options = Omit<OfflineOptions, "target"> & { readonly target: TargetText | undefined };

/** `score` */
export async function scoreAction(context: Context, path: string, options: Options): Promise<void> {
  const { target, weights } = options;
  const limits = { bytesMax: DATA_BYTES_MAX, tooLarge: "score a part of it" };
  if (weights.length > 0) {
    if (target?.kind === "id") {
      throw usageError("with --weights, --target is a JSON file with an embedding");
    }
    const data = readInputFile(context.deps, path, limits);
    return scoreFilesAction(context, data, { ...options, target: target?.path });
  }
  if (target?.kind !== "id") {
    throw usageError("give the --target to score for, or --weights", "see `soma score --help`");
  }
  const data = readInputFile(context.deps, path, limits);
  await scoreAtTarget(context, data, target.id, options);
}

async function scoreAtTarget(
  context: Context,
  data: Uint8Array,
  id: ObjectId,
  { device, memoryMib }: Options,
): Promise<void> {
  const client = openClient(context);
  const { embedding } = await client.target(id);
  const arena = { targetsMax: 1, only: id, isForLooking: true };
  const options = { dim: embedding.length, device, memoryBytes: mebibytes(memoryMib) };
  const { contender, close } = openCompetition(context, client, data, { ...arena, ...options });
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

function unscorable(): SomaError {
  return new SomaError("no_winnable_target", "the models of this target could not be scored", {
    hint: "choose another one; see `soma target list`",
  });
}
