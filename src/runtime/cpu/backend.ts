/**
 * The CPU backend in plain JavaScript: one sequence a call, on the calling thread. Before each call
 * it gives the event loop a turn, so that a process which also serves stays awake.
 *
 * @module
 */
import type { Sums } from "../../model/compete.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { Weights } from "../../model/forward.ts";
import type { Sequence } from "../../model/tokenize.ts";
import type { Backend, LoadedModel } from "../backend.ts";
import { CpuModel } from "./forward.ts";
