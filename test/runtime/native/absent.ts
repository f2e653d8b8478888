/**
 * Which GPUs this machine does not have, so that tests of absent devices hold on every machine.
 *
 * @module
 */
import { SomaError } from "../../../src/base/errors.ts";
import { findLibrary } from "../../../src/runtime/native/library.ts";
import { openNative } from "../../../src/runtime/native/open.ts";

/** A kind of GPU with a library of its own. */
export type GpuName = "cuda" | "rocm";

/** Both kinds. */
export const GPU_NAMES: readonly GpuName[] = ["cuda", "rocm"];

/** Why the backend `name` does not open; `undefined` when it does. */
export function whyAbsent(name: GpuName): string | undefined {
  if (findLibrary(name) === undefined) return `this build has no native library for ${name}`;
  try {
    void openNative(name, { index: 0, threads: 0 }).close();
    return undefined;
  } catch (error) {
    if (error instanceof SomaError) return error.message;
    throw error;
  }
}

/** A device that is not here; no known machine has both. */
export function absentDevice(): GpuName {
  const absent = GPU_NAMES.find((name) => whyAbsent(name) !== undefined);
  if (absent === undefined) throw new Error("every kind of GPU is here, so none is absent");
  return absent;
}
