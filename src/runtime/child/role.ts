/**
 * What the program does when it is started as a child: serves the backend that it is told.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import type { Backend } from "../backend.ts";
import { openWasm } from "../cpu/open.ts";
import { openNative } from "../native/open.ts";
import { openWgpu } from "../wgpu/open.ts";
import { serve } from "./serve.ts";

const FIRST = { index: 0, threads: 0 };

const OPEN: Readonly<Record<string, () => Promise<Backend>>> = {
  cuda: async () => openNative("cuda", FIRST),
  rocm: async () => openNative("rocm", FIRST),
  cpu: () => openWasm(),
  wgpu: openWgpu,
};

/** Serves `backend` until the owner is gone. */
export async function runChild(backend: string | undefined): Promise<void> {
  await serve(() => {
    const open = OPEN[backend ?? ""];
    if (open !== undefined) return open();
    throw new SomaError("backend_unknown", `no process runs a backend called ${backend}`);
  });
}
