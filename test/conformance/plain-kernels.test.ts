/**
 * The suites hold for the plain kernels, in plenty of memory and in so little that weights stream;
 * and they fail for kernels with a fault, each of the kind that real ones had.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { batchDirections } from "../../src/model/compete.ts";
import { SMALL } from "../../src/model/config.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import { kernelBackend } from "../../src/runtime/kernel-backend.ts";
import type { Kernels } from "../../src/runtime/kernels.ts";
import { planMemory, weightBytes } from "../../src/runtime/plan.ts";
import { proveBackend } from "../../src/runtime/prove.ts";
import { backendConformance, randomTensors } from "./backend.ts";
import { kernelsConformance } from "./kernels.ts";
import { type PlainBlock, plainKernels } from "./plain-kernels.ts";

const PLENTY = { memoryBytes: 2 ** 30, blockBytesMax: 2 ** 27 };
const ADAPTER = { name: "plain", driver: "JavaScript" };

kernelsConformance("plain", () => Promise.resolve(plainKernels(PLENTY)));
backendConformance("plain", () =>
  Promise.resolve(kernelBackend("cpu", ADAPTER, plainKernels(PLENTY))),
);

test("a pass ends between two layers when it is no longer wanted", async () => {
  const config = { ...SMALL, layers: 5, positions: 8 };
  const kernels = plainKernels(PLENTY);
  const controller = new AbortController();
  const enough = new Error("enough");
  let norms = 0;
  const norm: typeof kernels.norm = (args) => {
    if (++norms === 3) controller.abort(enough);
    kernels.norm(args);
  };
  const backend = kernelBackend("cpu", ADAPTER, { ...kernels, norm });
  const model = await backend.load(config, randomTensors(config, 1));
  const [sequence, directions] = [
    sequenceAt(new Uint8Array(8), 0, 8),
    batchDirections(config, 0n, 0),
  ];
  await expect(model.score([sequence], directions, { signal: controller.signal })).rejects.toBe(
    enough,
  );
  expect(norms).toBe(4);
  expect(await model.score([sequence], directions)).toHaveLength(1);
});

test("a load that fails gives all its memory back", async () => {
  const config = { ...SMALL, layers: 3, positions: 20 };
  const { all } = weightBytes(config);
  const limits = { memoryBytes: 1.5 * all, blockBytesMax: 2 ** 27 };
  const backend = kernelBackend("cpu", ADAPTER, plainKernels(limits));
  const tensors = randomTensors(config, 1);
  for (const last of ["encoder.layers.2.pwff.linear_outer.bias", "predictor.bias", undefined]) {
    const loading = backend.load(config, (name, shape) => {
      if (name === last) throw new Error("the file is torn");
      return tensors(name, shape);
    });
    if (last === undefined) await (await loading).unload();
    else await expect(loading).rejects.toThrow("torn");
  }
});

test("weights that do not fit are streamed to the same sums, a sequence at a time", async () => {
  const config = { ...SMALL, layers: 9, positions: 20 };
  const { all, layer } = weightBytes(config);
  const tight = { memoryBytes: layer + (all - layer) / 2, blockBytesMax: 2 ** 27 };
  const sequences = [0, 1, 2].map((index) => sequenceAt(new Prng(5).bytes(60), index, 20));
  const directions = batchDirections(config, 0n, 0);
  const sums: unknown[] = [];
  for (const limits of [PLENTY, tight]) {
    const backend = kernelBackend("cpu", ADAPTER, plainKernels(limits));
    const model = await backend.load(config, randomTensors(config, 1));
    sums.push(await model.score(sequences, directions));
    await model.unload();
  }
  expect(planMemory(config, tight).streams).toBe(true);
  expect(sums[1]).toEqual(sums[0]);
});

const FAULTS: Readonly<Record<string, Partial<Kernels<PlainBlock>>>> = {
  "no kernel runs": { linear: () => {} },
  "garbage is read": { read: (_block, count) => Promise.resolve(new Float32Array(count).fill(3)) },
  "attention sees the future": {
    attend: (args) => args.out.values.set(args.value.values.subarray(0, args.out.elements)),
  },
  "rotation is left out": { rotate: () => {} },
};

for (const [fault, kernels] of Object.entries(FAULTS)) {
  test(`not trusted: ${fault}`, async () => {
    const backend = kernelBackend("cpu", ADAPTER, { ...plainKernels(PLENTY), ...kernels });
    await expect(proveBackend(backend)).rejects.toThrow("known answer");
  });
}
