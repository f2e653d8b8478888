/**
 * What can go wrong with a competition, by who can do something about it: the owner of a model,
 * which is then left out; the caller; the hosts that the caller named; or time.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { LeftOut } from "./job.ts";

const CALLER = 422;
const BUSY = 429;
const HOST = 502;
const SERVICE = 503;
const SLOW_HOST = 504;
/** Nobody waits for the answer any more. */
const GONE = 499;

/** The HTTP status of each failure that a caller is told. */
export const STATUSES: Readonly<Record<string, number>> = {
  blob_too_large: CALLER,
  blob_too_short: CALLER,
  blob_mismatch: CALLER,
  data_too_large: CALLER,
  empty_data: CALLER,
  loss_not_finite: CALLER,
  no_finite_loss: CALLER,
  no_direction: CALLER,
  target_dimension: CALLER,
  url_refused: CALLER,
  weights_invalid: CALLER,
  wrong_key: CALLER,
  blob_not_found: HOST,
  blob_status: HOST,
  blob_redirects: HOST,
  blob_unreachable: HOST,
  blob_interrupted: HOST,
  host_unknown: HOST,
  blob_busy: SERVICE,
  blob_quota: SERVICE,
  disk_full: SERVICE,
  disk_failed: SERVICE,
  file_missing: SERVICE,
  file_changed: SERVICE,
  directory_unwritable: SERVICE,
  backend_crashed: SERVICE,
  backend_failed: SERVICE,
  backend_garbled: SERVICE,
  backend_hung: SERVICE,
  backend_limits: SERVICE,
  backend_memory: SERVICE,
  device_absent: SERVICE,
  scoring_crashed: SERVICE,
  scoring_stopped: SERVICE,
  scoring_busy: BUSY,
  blob_slow: SLOW_HOST,
  blob_cancelled: GONE,
  scoring_cancelled: GONE,
};

const NO_MODEL_FAULTS: ReadonlySet<number> = new Set([SERVICE, BUSY, GONE]);
/** What is said of the data and the target alone. */
const REQUEST_FAULTS: ReadonlySet<string> = new Set([
  "data_too_large",
  "empty_data",
  "no_finite_loss",
  "no_direction",
  "target_dimension",
]);

/** Whether a failure that came up with a model is its own, so that the others can go on. */
export function isModelFault(code: string): boolean {
  const status = STATUSES[code];
  // A host that is busy is not this service being so.
  if (code === "blob_busy") return true;
  return status !== undefined && !NO_MODEL_FAULTS.has(status) && !REQUEST_FAULTS.has(code);
}

/** The error when every model was left out: that of the first, with all of them named. */
export function noneLeft(leftOut: readonly LeftOut[]): SomaError {
  const [first] = leftOut;
  const code = first?.code ?? "no_models";
  const message = leftOut.map((one) => one.message).join("; ");
  return new SomaError(code, message === "" ? "there is no model to score with" : message);
}
