/**
 * The worker's side of scoring: one device, the models that stay loaded on it, and one competition
 * at a time.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import type { Backend } from "../runtime/backend.ts";
import { openersWith, selectBackend, type Selection } from "../runtime/select.ts";
import type { Part } from "../spawn.ts";
import {
  errorOf,
  failureOf,
  type JobReport,
  type ResidentWork,
  type ScoreJob,
  type ScoringDevice,
  type ScoringOrder,
} from "./job.ts";
import { Residents } from "./residents.ts";
import { runJob } from "./run-job.ts";

type Say = (report: JobReport) => void;

/** What stays from job to job. */
type Bench = { readonly residents: Residents; readonly device: ScoringDevice };

const NO_WORK: ResidentWork = { uploads: 0, decryptions: 0, evictions: 0, loaded: [], bytes: 0 };
const CANCELLED = { code: "scoring_cancelled", message: "scoring was cancelled", hint: undefined };
/** Of the memory that the process may have, and of what is free of it; the rest is for others. */
const ALLOWED_SHARE = 0.75;
const FREE_SHARE = 0.9;

/** Scores jobs in the order in which they come. */
export const part: Part = (post) => {
  const say: Say = (report) => post(report);
  let bench: Promise<Bench> | undefined;
  let controller = new AbortController();
  return (message) => {
    const order = message as ScoringOrder;
    switch (order.kind) {
      case "Open":
        bench = openBench(order);
        bench.then(
          ({ device }) => say({ kind: "Opened", device }),
          (error: unknown) => say({ kind: "NotOpened", failure: failureOf(error) }),
        );
        return;
      case "Score":
        controller = new AbortController();
        void run(present(bench, "a device"), order.job, controller.signal, say);
        return;
      case "Cancel":
        controller.abort(errorOf(CANCELLED));
    }
  };
};

async function openBench(order: Extract<ScoringOrder, { kind: "Open" }>): Promise<Bench> {
  const selection = await selectBackend(order.device, openersWith(order.child));
  const device = describe(selection, order.memoryBytes);
  return { device, residents: new Residents(selection.backend, device.memoryBytes) };
}

function describe(
  { backend, passedOver }: Selection,
  memoryBytes: number = Infinity,
): ScoringDevice {
  const { name, adapter } = backend;
  return {
    name,
    adapter,
    memoryBytes: Math.min(memoryBytes, availableBytes(backend)),
    passedOver: passedOver.map(({ opener, reason }) => `${opener.kind}: ${reason?.message}`),
  };
}

// A processor has no memory of its own: models share it with everything else that runs.
function availableBytes({ name, adapter }: Backend): number {
  if (name !== "cpu") return adapter.memoryBytes;
  const allowed = process.constrainedMemory() * ALLOWED_SHARE;
  const free = process.availableMemory() * FREE_SHARE;
  const shares = [allowed, free].filter((bytes) => bytes > 0);
  return Math.floor(Math.min(adapter.memoryBytes, ...shares));
}

async function run(
  opening: Promise<Bench>,
  job: ScoreJob,
  signal: AbortSignal,
  say: Say,
): Promise<void> {
  let residents: Residents | undefined;
  try {
    ({ residents } = await opening);
    const onProgress = (progress: { done: number; total: number }): void =>
      say({ kind: "Progress", ...progress });
    const verdict = await runJob(residents, job, { onProgress, signal });
    say({ kind: "Done", verdict, work: residents.takeWork() });
  } catch (error) {
    const work = residents?.takeWork() ?? NO_WORK;
    say({ kind: "Failed", failure: failureOf(error), work, isFatal: isFatal(error) });
  }
}

/** What a device that failed still holds is not known. */
function isFatal(error: unknown): boolean {
  return !(error instanceof SomaError) || /^(backend|device)_/.test(error.code);
}
