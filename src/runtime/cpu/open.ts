/**
 * Opens the CPU: with the native library where there is one, and with kernels in WebAssembly, which
 * run wherever this program does.
 *
 * @module
 */
import { availableParallelism, cpus } from "node:os";

import type { Backend } from "../backend.ts";
import { kernelBackend } from "../kernel-backend.ts";
import { openNativeKernels } from "../native/open.ts";
import { WasmKernels } from "./wasm-kernels.ts";

/** The CPU with native kernels, on all cores. */
export function openNativeCpu(threads: number = cpuThreads()): Backend {
  const { adapter, kernels } = openNativeKernels("cpu", { index: 0, threads, rowsEnough: 1024 });
  return kernelBackend("cpu", { ...adapter, name: cpuName() }, kernels);
}

/** The CPU with kernels in WebAssembly, on all cores. */
export async function openWasm(threads: number = cpuThreads()): Promise<Backend> {
  const driver = `WASM SIMD, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  return kernelBackend("cpu", { name: cpuName(), driver }, await WasmKernels.open(threads));
}

/** How many threads kernels take. */
function cpuThreads(): number {
  return Math.max(1, availableParallelism());
}

/** The processor, by its own name. */
function cpuName(): string {
  return cpus()[0]?.model.trim() ?? "CPU";
}
