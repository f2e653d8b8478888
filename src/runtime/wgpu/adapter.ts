/**
 * Finds the WebGPU adapter and opens it. Without a usable driver the library still gives an adapter
 * that computes nothing and answers with whatever stood in memory; it is refused here.
 *
 * @module
 */
import { totalmem } from "node:os";

import { SomaError } from "../../base/errors.ts";
import type { Adapter } from "../backend.ts";

/** An adapter that computes, opened. */
export type OpenAdapter = {
  readonly device: GPUDevice;
  readonly description: Omit<Adapter, "memoryBytes">;
  /** What its driver says of the memory that it has; a guess where it shares the host's. */
  readonly memoryBytes: number;
};

/** What the library calls the adapter that computes nothing. */
const NULL_DEVICE = "null-backend";
/** The architecture of the one driver that computes on the processor and is good enough. */
const EMULATOR = "swiftshader";
const PROBE_BYTES = 2 ** 28;
const PROBES_MAX = 96;
/** What bun-webgpu says where no library was made for. */
const NOT_MADE = "not supported on the current platform";
/** Left to the driver and to whoever draws the screen. */
const SHARE = 0.8;

/** Opens the most powerful adapter with all that it can do. */
export async function openAdapter(): Promise<OpenAdapter> {
  await loadLibrary();
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw absent("no adapter");
  const { vendor, architecture, device: name, description } = adapter.info;
  if (name === NULL_DEVICE) throw absent("only the null adapter, which computes nothing");
  const device = await adapter.requestDevice({ requiredLimits: allLimits(adapter) });
  const text = [vendor, architecture].filter((word) => word !== "").join(" ");
  const isEmulated = architecture === EMULATOR;
  return {
    device,
    description: { name: name || text, driver: `WebGPU (${description || text})`, isEmulated },
    memoryBytes: isEmulated ? totalmem() / 4 : SHARE * (await probe(device)),
  };
}

async function loadLibrary(): Promise<void> {
  try {
    const { setupGlobals } = await import("bun-webgpu");
    await setupGlobals();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.message.includes(NOT_MADE)) {
      const why = "this build has no WebGPU library, as there is none for ARM Linux and musl";
      throw new SomaError("device_absent", why, { hint: "compute with --device cpu" });
    }
    throw absent(`a library that does not load: ${error.message}`);
  }
}

function absent(found: string): SomaError {
  return new SomaError("device_absent", `WebGPU has ${found}`, {
    hint: "install a driver for Vulkan (libvulkan.so.1 and its device), Metal or Direct3D 12",
  });
}

// Limits that are left out count as zero to the library, so all are asked for.
function allLimits({ limits }: GPUAdapter): Record<string, number> {
  const all: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === "number") all[name] = value;
  }
  return all;
}

/** How many bytes can be had, found by asking: WebGPU has no other way. */
async function probe(device: GPUDevice): Promise<number> {
  const buffers: GPUBuffer[] = [];
  let isThere = true;
  while (isThere && buffers.length < PROBES_MAX) {
    device.pushErrorScope("out-of-memory");
    buffers.push(device.createBuffer({ size: PROBE_BYTES, usage: GPUBufferUsage.STORAGE }));
    isThere = (await device.popErrorScope()) === null;
  }
  for (const buffer of buffers) buffer.destroy();
  return (buffers.length - (isThere ? 0 : 1)) * PROBE_BYTES;
}
