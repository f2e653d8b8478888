/**
 * How `sup` and the install script fail: one exit code for each kind of thing that a person or a
 * script would do something different about.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";

/** Exit codes besides 0 (done), 1 (failed) and 2 (typed wrongly). */
export const SUP_EXIT = {
  noSuchVersion: 3,
  untrusted: 4,
  network: 5,
  disk: 6,
  locked: 7,
  smoke: 8,
} as const;

/** The kinds of failure that have an exit code of their own. */
export type SupFailure = keyof typeof SUP_EXIT;

const CODES: Readonly<Record<SupFailure, string>> = {
  noSuchVersion: "no_such_version",
  untrusted: "untrusted",
  network: "download_failed",
  disk: "disk_failed",
  locked: "sup_locked",
  smoke: "smoke_run_failed",
};

/** The next step where there is no better one. */
const NEXT: Readonly<Record<SupFailure, string>> = {
  noSuchVersion: "see what there is: sup list --remote",
  untrusted: "try once more; if it stays, report it: do not install from there",
  network: "check the network, or set HTTPS_PROXY, or SSL_CERT_FILE behind a proxy's CA",
  disk: "check who owns it, or set SUP_HOME and SUP_BIN_DIR to folders of yours",
  locked: "wait until the other sup is done",
  smoke: "the version in use before still works; report this with the output of sup doctor",
};

/** An error of `sup`: what happened and the one next step. */
export function supError(
  kind: SupFailure,
  message: string,
  hint: string = NEXT[kind],
  cause?: unknown,
): SomaError {
  return new SomaError(CODES[kind], message, {
    exit: SUP_EXIT[kind],
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Runs what touches the disk; what the system refuses becomes an error with the path's name. */
export function onDisk<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(what, error);
  }
}

/** The same for work that takes its time. */
export async function onDiskLater<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(what, error);
  }
}

function diskError(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error instanceof SomaError) return error;
  const hint =
    error.code === "ENOSPC" || error.code === "EDQUOT"
      ? "free some space: `sup cleanup` removes old versions and downloads"
      : undefined;
  return supError("disk", `cannot ${what}: ${error.message}`, hint, error);
}
