/**
 * A backend made of kernels: everything but the kernels themselves is the same on all hardware.
 *
 * @module
 */
import type { Adapter, Backend, BackendName } from "./backend.ts";
import { KernelModel } from "./kernel-model.ts";
import type { Block, Kernels } from "./kernels.ts";

/** The backend `name` on `kernels`, which it closes with itself. */
export function kernelBackend<B extends Block>(
  name: BackendName,
  adapter: Omit<Adapter, "memoryBytes">,
  kernels: Kernels<B>,
): Backend {
  return {
    name,
    adapter: { ...adapter, memoryBytes: kernels.limits.memoryBytes },
    load: (config, source, memoryBytes, signal) =>
      KernelModel.load(kernels, { config, source, signal }, memoryBytes),
    close: () => kernels.close(),
  };
}
