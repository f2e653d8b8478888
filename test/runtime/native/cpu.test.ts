/**
 * The native CPU library conforms, on one thread and on three, and with each instruction set that
 * this processor has; it is built for this when there is a compiler, and left out with a word when
 * there is none.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { join } from "node:path";

import { findLibrary, loadLibrary } from "../../../src/runtime/native/library.ts";
import { openNative, openNativeKernels } from "../../../src/runtime/native/open.ts";
import { backendConformance } from "../../conformance/backend.ts";
import { kernelsConformance } from "../../conformance/kernels.ts";

const SCRIPT = join(import.meta.dir, "../../../scripts/kernels.ts");

Bun.spawnSync([process.execPath, SCRIPT, "cpu"]);
const threads = (count: number) => ({ index: 0, threads: count });

if (findLibrary("cpu") === undefined) {
  test.skip("no C compiler here, so there is no native CPU library", () => {});
} else {
  kernelsConformance("native, one thread", () =>
    Promise.resolve(openNativeKernels("cpu", threads(1)).kernels),
  );
  kernelsConformance("native, three threads", () =>
    Promise.resolve(openNativeKernels("cpu", threads(3)).kernels),
  );
  backendConformance("native CPU", () => Promise.resolve(openNative("cpu", threads(2))));
  // The first was tested above; what else this processor has are its older instructions.
  const count = loadLibrary(findLibrary("cpu")!).soma_device_count();
  for (let index = 1; index < count; index++) {
    const older = { index, threads: 2 };
    kernelsConformance(`native, device ${index}`, () =>
      Promise.resolve(openNativeKernels("cpu", older).kernels),
    );
    backendConformance(`native CPU, device ${index}`, () =>
      Promise.resolve(openNative("cpu", older)),
    );
  }

  test("each instruction set of the processor is a device, the oldest last", async () => {
    const drivers: string[] = [];
    for (let index = 0; index < count; index++) {
      const backend = openNative("cpu", { index, threads: 2 });
      drivers.push(backend.adapter.driver.replace(/,.*/, ""));
      await backend.close();
    }
    expect(drivers).toEqual(["AVX-512", "AVX2", "SSE2"].slice(-count));
  });
}
