/**
 * The WGSL kernels conform, on the machine's own adapter or on SwiftShader, as
 * `scripts/swiftshader.ts` says. With the null adapter, which computes nothing, this suite fails.
 *
 * @module
 */
import { openAdapter } from "../../../src/runtime/wgpu/adapter.ts";
import { WgpuKernels } from "../../../src/runtime/wgpu/kernels.ts";
import { GpuQueue } from "../../../src/runtime/wgpu/queue.ts";
import { kernelsConformance } from "../../conformance/kernels.ts";

kernelsConformance("WGSL", async () => {
  const { device, description, memoryBytes } = await openAdapter();
  console.log(`WebGPU adapter: ${description.name}, ${description.driver}`);
  return new WgpuKernels(new GpuQueue(device), memoryBytes);
});
