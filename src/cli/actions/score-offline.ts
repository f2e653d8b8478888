/**
 * What `soma score --weights` does: a competition of weights files on this machine.
 *
 * @module
 */
import { resolve } from "node:path";

import type { Verdict } from "../../model/compete.ts";
import type { Backend, BackendName, DeviceChoice } from "../../runtime/backend.ts";
import { selectBackend } from "../../runtime/select.ts";
import { type OfflineCompetition, scoreOffline } from "../../scoring/offline.ts";
import { mebibytes } from "../amounts.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { readModelSize } from "../model-config.ts";
import type { ModelSize } from "../model-size.ts";
import { readEmbedding } from "../model-values.ts";
import { startProgress } from "../progress.ts";

/** How files compete. */
export type OfflineOptions = {
  readonly weights: readonly string[];
  readonly config: ModelSize | undefined;
  readonly device: DeviceChoice;
  readonly memoryMib: number | undefined;
  readonly seed: bigint;
  /** A JSON file with an embedding. */
  readonly target: string | undefined;
};

const DECIMALS = 6;

/** `score --weights` */
export async function scoreFilesAction(
  context: Context,
  data: Uint8Array,
  options: OfflineOptions,
): Promise<void> {
  const competition = readCompetition(context, data, options);
  const backend = await openDevice(context, options.device);
  try {
    const verdict = await interruptible(context.deps, "nothing was written", async (signal) => {
      const progress = startProgress(context, "Scoring", 1);
      const onProgress = (done: number, total: number): void => progress.update(done / total);
      return scoreOffline(backend, competition, { onProgress, signal }).finally(progress.finish);
    });
    tell(context, backend.name, options.weights, verdict);
  } finally {
    await backend.close();
  }
}

function readCompetition(
  { deps }: Context,
  data: Uint8Array,
  { weights, config, seed, memoryMib, target: path }: OfflineOptions,
): OfflineCompetition {
  return {
    files: weights.map((name) => ({ path: resolve(deps.cwd, name), name })),
    config: config && readModelSize(deps, config),
    data,
    seed,
    memoryBytes: mebibytes(memoryMib),
    target:
      path === undefined ? undefined : readEmbedding(deps, { kind: "file", path }, "--target"),
  };
}

async function openDevice({ output }: Context, choice: DeviceChoice): Promise<Backend> {
  const { backend, passedOver } = await selectBackend(choice);
  for (const { opener, reason } of passedOver) {
    output.note(`${opener.kind} is passed over: ${reason?.message}`);
  }
  const { name, adapter } = backend;
  output.note(`Scoring on ${name}: ${adapter.name}, ${adapter.driver}`);
  return backend;
}

function tell(
  { output }: Context,
  device: BackendName,
  weights: readonly string[],
  { winner, losses, embedding, distance }: Verdict,
): void {
  const numbers = { loss: losses, embedding: [...embedding], distance: distance ?? null };
  const document = { device, winner, ...numbers };
  output.result(document, () => {
    const rows = weights.map((path, place) => [path, losses[place]!.toFixed(DECIMALS)]);
    output.table({ title: "Score", head: ["Weights", "Loss"], rows });
    output.line(`Winner: ${weights[winner]}`);
    if (distance !== undefined) output.line(`Distance: ${distance.toFixed(DECIMALS)}`);
  });
}
