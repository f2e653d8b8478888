/**
 * The native CPU library conforms, on one thread and on three; it is built for this when there is a
 * compiler, and left out with a word when there is none.
 *
 * @module
 */
import { test } from "bun:test";
import { join } from "node:path";

import { findLibrary } from "../../../src/runtime/native/library.ts";
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
}
