/**
 * Opens the CPU: the kernels in WebAssembly run wherever this program does.
 *
 * @module
 */
import { availableParallelism, cpus } from "node:os";

import type { Backend } from "../backend.ts";
import { kernelBackend } from "../kernel-backend.ts";
import { WasmKernels } from "./wasm-kernels.ts";

/** The CPU with kernels in WebAssembly, on all cores. */
export async function openWasm(threads: number = cpuThreads()): Promise<Backend> {
  const driver = `WASM SIMD, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  return kernelBackend("cpu", { name: cpuName(), driver }, await WasmKernels.open(threads));
}

/** How many threads kernels take. */
export function cpuThreads(): number {
  return Math.max(1, availableParallelism());
}

/** The processor, by its own name. */
export function cpuName(): string {
  return cpus()[0]?.model.trim() ?? "CPU";
}
