/**
 * Opens a device of a native library.
 *
 * @module
 */
import { ptr } from "bun:ffi";

import { SomaError } from "../../base/errors.ts";
import type { Adapter, Backend, BackendName } from "../backend.ts";
import { kernelBackend } from "../kernel-backend.ts";
import { NativeKernels } from "./kernels.ts";
import {
  type Address,
  findLibrary,
  type KernelLibrary,
  libraryError,
  loadLibrary,
} from "./library.ts";

/** Which device of a library, and how it is used. */
export type NativeOptions = {
  readonly index: number;
  /** CPU threads; a GPU ignores them. */
  readonly threads: number;
  /** The library, if it is not the one that came with the program. */
  readonly path?: string;
  /** Rows that keep the device busy; as many as fit when absent. */
  readonly rowsEnough?: number;
};

const TEXT_BYTES = 512;
/** Of a device whose memory the library does not know. */
const MEMORY_BYTES_DEFAULT = 4 * 1024 * 1024 * 1024;

/** Opens the backend `name` with the library of the same name. */
export function openNative(name: BackendName, options: NativeOptions): Backend {
  const { adapter, kernels } = openNativeKernels(name, options);
  return kernelBackend(name, adapter, kernels);
}

/** The same, as kernels. */
export function openNativeKernels(
  name: BackendName,
  options: NativeOptions,
): { readonly adapter: Omit<Adapter, "memoryBytes">; readonly kernels: NativeKernels } {
  const library = loadLibrary(options.path ?? pathOf(name));
  const count = library.soma_device_count();
  if (count < 0) throw libraryError(library, "no device");
  if (options.index >= count) {
    throw new SomaError("device_absent", `there are ${count} devices for ${name}`);
  }
  const device = library.soma_open(options.index, options.threads);
  if (device === null) throw libraryError(library, "the device does not open");
  const adapter = describe(library, device);
  const memoryBytes = Number(library.soma_memory(device)) || MEMORY_BYTES_DEFAULT;
  const { rowsEnough } = options;
  const limits = { memoryBytes, blockBytesMax: memoryBytes };
  const kernels = new NativeKernels(
    library,
    device,
    rowsEnough === undefined ? limits : { ...limits, rowsEnough },
  );
  return { adapter, kernels };
}

function pathOf(name: BackendName): string {
  const path = findLibrary(name);
  if (path !== undefined) return path;
  throw new SomaError("library_absent", `this build has no native library for ${name}`, {
    hint: `bun scripts/kernels.ts ${name} builds it`,
  });
}

function describe(library: KernelLibrary, device: Address): Omit<Adapter, "memoryBytes"> {
  const text = new Uint8Array(TEXT_BYTES);
  if (library.soma_describe(device, ptr(text), TEXT_BYTES) !== 0) {
    throw libraryError(library, "the device does not say what it is");
  }
  const lines = new TextDecoder().decode(text.subarray(0, text.indexOf(0))).split("\n");
  return { name: lines[0] ?? "", driver: lines[1] ?? "" };
}
