/**
 * The WGSL kernels conform, on the machine's own adapter or on SwiftShader, as
 * `scripts/swiftshader.ts` says. With the null adapter, which computes nothing, this suite fails.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Prng } from "../../../src/base/prng.ts";
import { batchDirections, type Sums } from "../../../src/model/compete.ts";
import { SMALL } from "../../../src/model/config.ts";
import { sequenceAt } from "../../../src/model/tokenize.ts";
import { KernelModel } from "../../../src/runtime/kernel-model.ts";
import { planMemory, weightBytes } from "../../../src/runtime/plan.ts";
import { openAdapter } from "../../../src/runtime/wgpu/adapter.ts";
import { SCORES_BYTES, WgpuKernels } from "../../../src/runtime/wgpu/kernels.ts";
import { GpuQueue } from "../../../src/runtime/wgpu/queue.ts";
import { randomTensors } from "../../conformance/backend.ts";
import { kernelsConformance } from "../../conformance/kernels.ts";

/** One for all, because to compile the kernels takes SwiftShader seconds. */
const queue = openAdapter().then(({ device, description }) => {
  console.log(`WebGPU adapter: ${description.name}, ${description.driver}`);
  return new GpuQueue(device);
});

test("weights that do not fit are streamed to the same sums", async () => {
  const config = { ...SMALL, layers: 9, positions: 20 };
  const { all, layer } = weightBytes(config);
  const sequences = [0, 1, 2].map((index) => sequenceAt(new Prng(5).bytes(60), index, 20));
  const sums: (readonly Sums[])[] = [];
  for (const bytes of [all * 100, layer + (all - layer) / 2]) {
    const kernels = new WgpuKernels(await queue, SCORES_BYTES + bytes);
    const model = await KernelModel.load(kernels, { config, source: randomTensors(config, 1) });
    sums.push(await model.score(sequences, batchDirections(config, 0n, 0)));
    expect(planMemory(config, kernels.limits).streams).toBe(sums.length === 2);
    await model.unload();
  }
  expect(sums[1]).toEqual(sums[0]);
});

// At its end it closes the device.
kernelsConformance("WGSL", async () => new WgpuKernels(await queue, 2 ** 30));
