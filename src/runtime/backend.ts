/**
 * Where models run. A backend makes weights resident once and scores sequences with them as often
 * as it is asked; every backend must agree with `model/`, which the conformance suite checks. The
 * caller cuts data into batches and calls, so that it can show progress and stop between them.
 *
 * @module
 */
import type { Sums } from "../model/compete.ts";
import type { ModelConfig } from "../model/config.ts";
import type { Sequence } from "../model/tokenize.ts";
import type { TensorSource } from "../model/weights.ts";

/** The kinds of hardware that have kernels, the most capable first. */
export const BACKEND_NAMES = ["cuda", "rocm", "wgpu", "cpu"] as const;

/** One kind of hardware. */
export type BackendName = (typeof BACKEND_NAMES)[number];

/** What a person can ask for. */
export type DeviceChoice = "auto" | BackendName;

/** All of them, as they are typed. */
export const DEVICE_CHOICES: readonly DeviceChoice[] = ["auto", ...BACKEND_NAMES];

/** What runs the kernels, for people. */
export type Adapter = {
  /** The hardware by its own name. */
  readonly name: string;
  /** What drives it, with its version: a driver, or the instruction set of the kernels. */
  readonly driver: string;
  /** Memory that models may take. */
  readonly memoryBytes: number;
  /** Whether a processor stands in for it, which is right but slow: it runs only when asked for. */
  readonly isEmulated?: boolean;
};

/** One kind of hardware with its kernels. */
export type Backend = {
  readonly name: BackendName;
  readonly adapter: Adapter;
  /**
   * Makes a model's weights resident, or as much of them as the memory takes, or `memoryBytes` if
   * that is less. Until it is unloaded `source` may be asked for any tensor again and must give the
   * same values. What `source` throws, this throws, and nothing of the model stays; so it is with
   * the reason of `signal`, which is looked at now and then.
   */
  load(
    config: ModelConfig,
    source: TensorSource,
    memoryBytes?: number,
    signal?: AbortSignal,
  ): Promise<LoadedModel>;
  /** Gives the hardware back; models that are still loaded are not used again. */
  close(): Promise<void>;
};

/** How a call of `score` is followed and ended early. */
export type PassWatch = {
  /** Its reason is thrown where the backend can stop half way. */
  readonly signal?: AbortSignal | undefined;
  /** Hears, now and then in a long call, that the hardware has done more of it. */
  readonly onStep?: (() => void) | undefined;
};

/** A model that is ready to score. */
export type LoadedModel = {
  readonly config: ModelConfig;
  /** How many sequences one call of `score` should bring to keep the hardware busy. */
  readonly sequencesPerCall: number;
  /** Memory of the hardware that it takes. */
  readonly memoryBytes: number;
  /** Whether its layers are brought in anew for every call, because they do not fit. */
  readonly streams: boolean;
  /**
   * The sums of `sequences`, all of one batch, whose SIGReg directions are (dim, SLICES); the parts
   * of the answer may each cover several sequences. One call at a time.
   */
  score(
    sequences: readonly Sequence[],
    directions: Float32Array,
    watch?: PassWatch,
  ): Promise<readonly Sums[]>;
  /** Frees the weights; the model is not used again. */
  unload(): Promise<void>;
};
