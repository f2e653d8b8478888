/**
 * What `soma model init` does: a weights file to train from, random and the same for the same seed.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { SMALL } from "../../model/config.ts";
import { initialWeights, writeWeights } from "../../model/weights.ts";
import { attempt, errorCode } from "../../wallet/small-file.ts";
import { bytesText } from "../amounts.ts";
import type { Context } from "../command.ts";

/** `model init` */
export function initModelAction(context: Context, file: string, given: bigint | undefined): void {
  const seed = given ?? randomSeed(context);
  const weights = writeWeights(SMALL, initialWeights(seed));
  const path = resolve(context.deps.cwd, file);
  attempt("write", file, () => writeNew(path, file, weights));
  const { dim, layers, heads } = SMALL;
  context.output.result({ file: path, size: weights.length, seed, dim, layers, heads }, () => {
    context.output.line(`Wrote ${file}: ${bytesText(weights.length)} of random weights.`);
    context.output.line(`Embeddings of ${dim}, ${layers} layers, ${heads} heads; seed ${seed}.`);
    context.output.line("Next: train it, then `soma model create` and `soma model commit`.");
  });
}

/** Trained weights may be worth days: an existing file is never replaced. */
function writeNew(path: string, shown: string, weights: Uint8Array): void {
  try {
    writeFileSync(path, weights, { flag: "wx" });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    throw new SomaError("file_exists", `${shown} exists already`, {
      hint: "choose another name; weights are never overwritten",
      cause: error,
    });
  }
}

function randomSeed({ deps }: Context): bigint {
  const bytes = deps.randomBytes(4);
  return BigInt(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
}
