/**
 * The WebGPU backend of this process.
 *
 * @module
 */
import type { Backend } from "../backend.ts";
import { kernelBackend } from "../kernel-backend.ts";
import { openAdapter } from "./adapter.ts";
import { WgpuKernels } from "./kernels.ts";
import { GpuQueue } from "./queue.ts";

/** Opens the adapter; the error of one that is absent says what was looked for. */
export async function openWgpu(): Promise<Backend> {
  const { device, description, memoryBytes } = await openAdapter();
  return kernelBackend("wgpu", description, new WgpuKernels(new GpuQueue(device), memoryBytes));
}
