/**
 * A library of kernels behind the C interface of `soma-kernels.h`, opened by FFI: the native CPU,
 * CUDA and ROCm have the same. A compiled program carries those that were built with it; from
 * source they are where `scripts/kernels.ts` put them.
 *
 * @module
 */
import { CString, dlopen, type Library, type Pointer } from "bun:ffi";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { SomaError } from "../../base/errors.ts";

/** The version of the interface that is spoken here. */
const ABI = 1;

const BUILT = new URL("../../../dist/native/", import.meta.url);
const EMBEDDED = "/$bunfs/root/";

const SYMBOLS = {
  soma_abi: { args: [], returns: "i32" },
  soma_error: { args: [], returns: "ptr" },
  soma_device_count: { args: [], returns: "i32" },
  soma_open: { args: ["i32", "i32"], returns: "ptr" },
  soma_close: { args: ["ptr"], returns: "void" },
  soma_describe: { args: ["ptr", "ptr", "u64"], returns: "i32" },
  soma_memory: { args: ["ptr"], returns: "u64" },
  soma_alloc: { args: ["ptr", "u64"], returns: "ptr" },
  soma_free: { args: ["ptr", "ptr"], returns: "void" },
  soma_upload: { args: ["ptr", "ptr", "ptr", "u64"], returns: "i32" },
  soma_download: { args: ["ptr", "ptr", "ptr", "u64"], returns: "i32" },
  soma_weight: { args: ["ptr", "ptr", "u64", "u64"], returns: "ptr" },
  soma_embed: { args: ["ptr", "ptr", "ptr", "ptr", "u64", "u64"], returns: "i32" },
  soma_norm: { args: ["ptr", "ptr", "ptr", "ptr", "ptr", "u64", "u64"], returns: "i32" },
  soma_linear: {
    args: ["ptr", "ptr", "ptr", "ptr", "ptr", "u64", "u64", "u64", "i32"],
    returns: "i32",
  },
  soma_rotate: { args: ["ptr", "ptr", "ptr", "ptr", "u64", "u64", "u64"], returns: "i32" },
  soma_attend: {
    args: ["ptr", "ptr", "ptr", "ptr", "ptr", "u64", "u64", "u64", "u64"],
    returns: "i32",
  },
  soma_cross_entropy: { args: ["ptr", "ptr", "ptr", "ptr", "u64", "u64"], returns: "i32" },
  soma_sigreg: { args: ["ptr", "ptr", "ptr", "ptr", "u64"], returns: "i32" },
  soma_column_sums: { args: ["ptr", "ptr", "ptr", "u64", "u64", "u64"], returns: "i32" },
} as const;

/** The functions of a library, as C has them. */
export type KernelLibrary = Library<typeof SYMBOLS>["symbols"];

/** An address in the memory of a device, or that of a device itself. */
export type Address = Pointer | bigint;

/** The file of the library `name`, `cpu` for one, or `undefined` where none was built. */
export function findLibrary(name: string): string | undefined {
  const file = `libsoma-${name}.so`;
  if (Bun.isStandaloneExecutable) {
    const isCarried = Bun.embeddedFiles.some((blob) => (blob as File).name === file);
    return isCarried ? `${EMBEDDED}${file}` : undefined;
  }
  const path = fileURLToPath(new URL(file, BUILT));
  return existsSync(path) ? path : undefined;
}

/** Loads the library at `path` and checks that it speaks this interface. */
export function loadLibrary(path: string): KernelLibrary {
  let library: KernelLibrary;
  try {
    library = dlopen(path, SYMBOLS).symbols;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SomaError("library_absent", `${path} cannot be loaded: ${error.message}`, {
      cause: error,
    });
  }
  const abi = library.soma_abi();
  if (abi === ABI) return library;
  throw new SomaError("library_version", `${path} speaks interface ${abi}, not ${ABI}`, {
    hint: "build it again with scripts/kernels.ts",
  });
}

/** Why the last call of a library failed. */
export function libraryError(library: KernelLibrary, what: string): SomaError {
  const text = new CString(library.soma_error());
  return new SomaError("backend_failed", `${what}: ${text}`);
}
