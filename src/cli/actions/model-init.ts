/**
 * What `soma model init` does: a weights file to train from, random and the same for the same seed.
 * Tensors are written one by one, so that a file of gigabytes is never whole in memory.
 *
 * @module
 */
import { type ModelConfig, SMALL, V1 } from "../../model/config.ts";
import { type FilePlan, littleEndian } from "../../model/safetensors.ts";
import { initialWeights, planWeights } from "../../model/weights.ts";
import { bytesText } from "../amounts.ts";
import type { Context } from "../command.ts";
import { writeAt, writeNew } from "../new-file.ts";
import { startProgress } from "../progress.ts";

type Options = { readonly config: "small" | "v1"; readonly seed: number | undefined };

const CONFIGS: Readonly<Record<Options["config"], ModelConfig>> = { small: SMALL, v1: V1 };
const SEED_BYTES = 4;

/** `model init` */
export async function initModelAction(
  context: Context,
  file: string,
  options: Options,
): Promise<void> {
  const config = CONFIGS[options.config];
  const seed = options.seed ?? randomSeed(context);
  const plan = planWeights(config);
  await writeNew(context, file, async (descriptor, signal) => {
    const progress = startProgress(context, "Writing random weights", plan.sizeBytes);
    const onWritten = progress.update;
    await writeRandom({ descriptor, plan, seed, signal, onWritten }).finally(progress.finish);
  });
  const { dim, layers, heads } = config;
  const { sizeBytes: size } = plan;
  context.output.result({ file, size, seed, config: options.config, dim, layers, heads }, () => {
    context.output.line(`Wrote ${file}: ${bytesText(size)} of random weights.`);
    context.output.line(`Embeddings of ${dim}, ${layers} layers, ${heads} heads; seed ${seed}.`);
    context.output.line("Next: train it, then `soma model create` and `soma model commit`.");
  });
}

type Writing = {
  readonly descriptor: number;
  readonly plan: FilePlan;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onWritten: (bytes: number) => void;
};

async function writeRandom({ descriptor, plan, seed, signal, onWritten }: Writing): Promise<void> {
  const source = initialWeights(BigInt(seed));
  let written = plan.head.length;
  writeAt(descriptor, plan.head, 0);
  for (const [name, { shape, begin }] of plan.places) {
    const bytes = littleEndian(source(name, shape));
    writeAt(descriptor, bytes, begin);
    written += bytes.length;
    onWritten(written);
    // Lets the display move and Ctrl-C be heard.
    await Bun.sleep(0);
    signal.throwIfAborted();
  }
}

function randomSeed({ deps }: Context): number {
  const bytes = deps.randomBytes(SEED_BYTES);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
