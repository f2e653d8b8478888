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
  // Processors with AVX2 have it as their second; of others it is the one that was tested above.
  if (loadLibrary(findLibrary("cpu")!).soma_device_count() > 1) {
    const sse2 = { index: 1, threads: 2 };
    kernelsConformance("native, SSE2", () =>
      Promise.resolve(openNativeKernels("cpu", sse2).kernels),
    );
    backendConformance("native CPU, SSE2", () => Promise.resolve(openNative("cpu", sse2)));

    test("the second device is the processor without its newer instructions", async () => {
      const backend = openNative("cpu", sse2);
      expect(backend.adapter.driver).toContain("SSE2");
      await backend.close();
    });
  }
}
