/**
 * What the scoring worker is told and what it says: which device to open; competitions, one at a
 * time, on weights files that it reads itself; progress while it works, then a verdict or why there
 * is none.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { ModelConfig } from "../model/config.ts";
import type { Adapter, BackendName, DeviceChoice } from "../runtime/backend.ts";
import type { ChildOptions } from "../runtime/child/channel.ts";

/** A model of a job: the same name stands for the same weights. */
export type JobModel = {
  /** Names the file and the key, so that weights of a wrong key are not taken for others. */
  readonly name: string;
  readonly path: string;
  /** What people call it. */
  readonly label: string;
  /** Of a file that is encrypted. */
  readonly key: Uint8Array | undefined;
};

/** One competition. */
export type ScoreJob = {
  readonly config: ModelConfig;
  readonly models: readonly JobModel[];
  /** The bytes, or the file that has them: jobs that wait hold none in memory. */
  readonly data: Uint8Array | { readonly path: string };
  readonly target: Float32Array | undefined;
  readonly seed: bigint;
};

/** A model that did not compete, and why. */
export type LeftOut = {
  /** Its place among the models. */
  readonly model: number;
  readonly code: string;
  readonly message: string;
};

/** How the competition went. Losses are in the order of the models; NaN where there is none. */
export type ScoreVerdict = {
  readonly winner: number;
  readonly losses: readonly number[];
  readonly embedding: Float32Array;
  /** Absent without a target. */
  readonly distance: number | undefined;
  readonly leftOut: readonly LeftOut[];
};

/** Sequences scored so far, over all models. */
export type ScoreProgress = { readonly done: number; readonly total: number };

/** Where the worker scores. */
export type ScoringDevice = {
  readonly name: BackendName;
  readonly adapter: Adapter;
  /** What models may take of its memory. */
  readonly memoryBytes: number;
  /** What was tried before it, and why that does not run. */
  readonly passedOver: readonly string[];
};

/** What a worker is told. */
export type ScoringOrder =
  | {
      readonly kind: "Open";
      readonly device: DeviceChoice;
      /** As much as the device has when absent. */
      readonly memoryBytes: number | undefined;
      readonly child: ChildOptions | undefined;
    }
  | { readonly kind: "Score"; readonly job: ScoreJob }
  /** The job at hand is not wanted any more. */
  | { readonly kind: "Cancel" };

/** What the worker did for a job besides scoring, and what it holds after it. */
export type ResidentWork = {
  /** Models whose weights were brought into the device's memory. */
  readonly uploads: number;
  /** Those of them that were decrypted for it. */
  readonly decryptions: number;
  /** Models that had to go. */
  readonly evictions: number;
  /** The names of the models that are loaded. */
  readonly loaded: readonly string[];
  readonly bytes: number;
};

/** An error on its way between threads. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
};

/** What the worker says: first whether it opened, then about the one job it has. */
export type JobReport =
  | { readonly kind: "Opened"; readonly device: ScoringDevice }
  | { readonly kind: "NotOpened"; readonly failure: Failure }
  | ({ readonly kind: "Progress" } & ScoreProgress)
  | { readonly kind: "Done"; readonly verdict: ScoreVerdict; readonly work: ResidentWork }
  | {
      readonly kind: "Failed";
      readonly failure: Failure;
      readonly work: ResidentWork;
      /** Whether the worker is of no more use. */
      readonly isFatal: boolean;
    };

/** An error as it travels. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof SomaError))
    return { code: "bug", message: String(error), hint: undefined };
  const { code, message, hint } = error;
  return { code, message, hint };
}

/** The error again. */
export function errorOf({ code, message, hint }: Failure): SomaError {
  return new SomaError(code, message, hint === undefined ? {} : { hint });
}
