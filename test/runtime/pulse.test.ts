/**
 * Steps of a long pass: told when the work before them is done, and only when there was enough.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Pulse } from "../../src/runtime/pulse.ts";
import { plainKernels } from "../conformance/plain-kernels.ts";

const KERNELS = plainKernels({ memoryBytes: 2 ** 20, blockBytesMax: 2 ** 20 });

test("a step comes when enough was queued, after what was queued is done", async () => {
  const heard: string[] = [];
  const settle = async (): Promise<void> => {
    await Promise.resolve();
    heard.push("settled");
  };
  const pulse = new Pulse({ ...KERNELS, settle }, KERNELS.alloc(4), () => heard.push("step"), 100);
  pulse.add(99);
  await pulse.beat();
  expect(heard).toEqual([]);
  pulse.add(1);
  await pulse.beat();
  await pulse.beat();
  expect(heard).toEqual(["settled", "step"]);
});

test("kernels that cannot settle are read instead", async () => {
  let reads = 0;
  const read: typeof KERNELS.read = (block, elements) => {
    reads += 1;
    return KERNELS.read(block, elements);
  };
  const { settle: _, ...others } = { settle: undefined, ...KERNELS };
  let steps = 0;
  const pulse = new Pulse({ ...others, read }, KERNELS.alloc(4), () => (steps += 1), 1);
  pulse.add(1);
  await pulse.beat();
  expect([reads, steps]).toEqual([1, 1]);
});
