/**
 * A bare product of matrices on a GPU, in a process of its own: which driver there is, the
 * environment says when a process starts. `bun test/bench/product-child.ts BACKEND` writes GFLOP/s,
 * a line for each line that it reads.
 *
 * @module
 */
import type { BackendName } from "../../src/runtime/backend.ts";
import { openNativeKernels } from "../../src/runtime/native/open.ts";
import { openAdapter } from "../../src/runtime/wgpu/adapter.ts";
import { WgpuKernels } from "../../src/runtime/wgpu/kernels.ts";
import { GpuQueue } from "../../src/runtime/wgpu/queue.ts";
import type { Measure } from "./frame.ts";
import { matmul } from "./kernel-yardstick.ts";

/** What an emulated GPU does in a second. */
const ROWS_EMULATED = 64;

/** Measures in a child; its error is on standard error. */
export function productInChild(
  name: BackendName,
  env: Readonly<Record<string, string | undefined>>,
): Measure {
  const child = Bun.spawn([process.execPath, import.meta.path, name], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  return {
    sample: async () => {
      await child.stdin.write("\n");
      await child.stdin.flush();
      const line = await lines.next();
      if (line.done === true) throw new Error(`the product on ${name} ended`);
      return Number(line.value);
    },
    close: async () => {
      await child.stdin.end();
      await child.exited;
    },
  };
}

async function open(name: string | undefined): Promise<Measure> {
  if (name === "cuda" || name === "rocm") {
    return matmul(openNativeKernels(name, { index: 0, threads: 0 }).kernels);
  }
  const { device, description, memoryBytes } = await openAdapter();
  const kernels = new WgpuKernels(new GpuQueue(device), memoryBytes);
  return description.isEmulated === true ? matmul(kernels, ROWS_EMULATED) : matmul(kernels);
}

if (import.meta.main) {
  const { sample, close } = await open(process.argv[2]);
  for await (const _ of console) console.log(await sample());
  await close?.();
}
