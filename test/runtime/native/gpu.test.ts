/**
 * The libraries for GPUs. Where there is a device they conform on it. Everywhere, they load without
 * a driver and say what they looked for, and their kernels, and whole models on them, conform when
 * the processor stands in for a GPU: the same source, block by block and thread by thread. That
 * shows their logic; it does not show what only hardware has, such as races between the threads of
 * a warp.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { join } from "node:path";

import { openInChild } from "../../../src/runtime/child/backend.ts";
import { openNative, openNativeKernels } from "../../../src/runtime/native/open.ts";
import { selectBackend } from "../../../src/runtime/select.ts";
import { backendConformance } from "../../conformance/backend.ts";
import { kernelsConformance } from "../../conformance/kernels.ts";
import { GPU_NAMES, whyAbsent } from "./absent.ts";

const ROOT = join(import.meta.dir, "../../..");
const EMULATED = { index: 0, threads: 0, path: join(ROOT, "dist/native/test/libsoma-emulated.so") };

const built = Bun.spawnSync([process.execPath, join(ROOT, "scripts/kernels.ts"), "emulated"]);

if (built.success) {
  kernelsConformance("of GPUs, emulated", () =>
    Promise.resolve(openNativeKernels("cuda", EMULATED).kernels),
  );
  backendConformance("of GPUs, emulated", () => Promise.resolve(openNative("cuda", EMULATED)));
} else {
  test.skip("no C++ compiler here, so the kernels of GPUs are not emulated", () => {});
}

for (const name of GPU_NAMES) {
  const reason = whyAbsent(name);
  if (reason === undefined) {
    kernelsConformance(name, () => {
      const { adapter, kernels } = openNativeKernels(name, { index: 0, threads: 0 });
      console.log(`${name} device: ${adapter.name}, ${adapter.driver}`);
      return Promise.resolve(kernels);
    });
    backendConformance(`${name} in a child`, () => openInChild(name));
    continue;
  }
  test.skip(`${name} is not here: ${reason}`, () => {});
  test(`asking for ${name} says what was looked for`, async () => {
    await expect(selectBackend(name)).rejects.toThrow(reason);
  });
}
