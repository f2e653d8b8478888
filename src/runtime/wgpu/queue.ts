/**
 * One WebGPU device as a queue of kernels: a kernel is compiled once for all sizes, calls are
 * collected and submitted together, and whatever the driver complains about is thrown at the next
 * answer that would depend on it.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import { type KernelName, type Shape, WGSL_KERNELS } from "./table.ts";

/** Numbers in a buffer of the device. */
export type GpuBlock = { readonly elements: number; readonly buffer: GPUBuffer };

/** The first `elements` numbers of a block, bound to a kernel. */
export type Binding = readonly [block: GpuBlock, elements: number];

type Pipeline = { readonly pipeline: GPUComputePipeline; readonly layout: GPUBindGroupLayout };
type Open = { readonly encoder: GPUCommandEncoder; readonly pass: GPUComputePassEncoder };

const BYTES = 4;
/** Calls that are submitted together: a driver must not wait long for its first work. */
const CALLS_MAX = 64;
/** What is written before the driver gets it, as it keeps a copy until then. */
const WRITTEN_BYTES_MAX = 2 ** 26;

/** A device with its pipelines. */
export class GpuQueue {
  readonly limits: GPUSupportedLimits;
  private readonly device: GPUDevice;
  private readonly pipelines = new Map<KernelName, Pipeline>();
  /** By the sizes in them. */
  private readonly sizes = new Map<string, GPUBuffer>();
  private open: Open | undefined;
  /** Released once the calls that use them are submitted. */
  private readonly groups: GPUBindGroup[] = [];
  private failure: SomaError | undefined;
  /** Bytes written since the last submission. */
  private written = 0;

  constructor(device: GPUDevice) {
    this.device = device;
    this.limits = device.limits;
    device.onuncapturederror = (event) => this.fail(event.error.message);
    void device.lost.then(({ message }) => this.fail(`the device is lost: ${message}`));
  }

  /** A block whose content is arbitrary. */
  alloc(elements: number): GpuBlock {
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const usage = STORAGE | COPY_SRC | COPY_DST;
    return { elements, buffer: this.device.createBuffer({ size: elements * BYTES, usage }) };
  }

  /** Overwrites the beginning of a block, after the calls so far. */
  write({ buffer }: GpuBlock, values: Float32Array | Uint32Array): void {
    this.submit();
    this.device.queue.writeBuffer(buffer, 0, unshared(values));
    this.written += values.byteLength;
    if (this.written > WRITTEN_BYTES_MAX) this.hand(this.device.createCommandEncoder());
  }

  /** Frees a block, after the calls so far. */
  free({ buffer }: GpuBlock): void {
    this.submit();
    buffer.destroy();
  }

  /** Calls a kernel. */
  call(name: KernelName, shape: Shape, bindings: readonly Binding[]): void {
    const { pipeline, layout } = this.pipelineOf(name);
    const resources = [
      ...this.sizesOf(name, shape).map((buffer) => ({ buffer })),
      ...bindings.map(([{ buffer }, elements]) => ({ buffer, size: elements * BYTES })),
    ];
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const group = this.device.createBindGroup({ layout, entries });
    this.groups.push(group);
    const { pass } = (this.open ??= this.begin());
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...this.checkGrid(name, shape));
    if (this.groups.length === CALLS_MAX) this.submit();
  }

  /** The first `elements` numbers of a block, after the calls so far. */
  async read({ buffer }: GpuBlock, elements: number): Promise<Float32Array> {
    const size = elements * BYTES;
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const staging = this.device.createBuffer({ size, usage: MAP_READ | COPY_DST });
    this.submit();
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    this.hand(encoder);
    try {
      await staging.mapAsync(GPUMapMode.READ);
      this.check();
      return new Float32Array(staging.getMappedRange().slice(0));
    } catch (error) {
      this.check();
      throw error;
    } finally {
      staging.destroy();
    }
  }

  /** Waits until the calls so far are done. */
  async finish(): Promise<void> {
    this.submit();
    await this.device.queue.onSubmittedWorkDone();
    this.check();
  }

  /** Gives the device back. */
  close(): void {
    this.submit();
    this.device.destroy();
  }

  private submit(): void {
    if (this.open === undefined) return;
    this.open.pass.end();
    this.hand(this.open.encoder);
    this.open = undefined;
    for (const group of this.groups.splice(0)) group.destroy();
  }

  private hand(encoder: GPUCommandEncoder): void {
    const commands = encoder.finish();
    this.device.queue.submit([commands]);
    // oxlint-disable-next-line no-underscore-dangle -- There is no other way to release it.
    commands._destroy();
    this.device.tick();
    this.written = 0;
  }

  private begin(): Open {
    const encoder = this.device.createCommandEncoder();
    return { encoder, pass: encoder.beginComputePass() };
  }

  private pipelineOf(name: KernelName): Pipeline {
    const known = this.pipelines.get(name);
    if (known !== undefined) return known;
    const module = this.device.createShaderModule({ code: WGSL_KERNELS[name].wgsl, label: name });
    const compute = { module, entryPoint: "main" };
    const pipeline = this.device.createComputePipeline({ layout: "auto", compute });
    const made = { pipeline, layout: pipeline.getBindGroupLayout(0) };
    this.pipelines.set(name, made);
    return made;
  }

  /** A buffer with the sizes that a kernel takes, or none. Models have few different ones. */
  private sizesOf(name: KernelName, shape: Shape): GPUBuffer[] {
    const sizes = WGSL_KERNELS[name].sizes.map((size) => shape[size] ?? 0);
    if (sizes.length === 0) return [];
    const known = this.sizes.get(sizes.join());
    if (known !== undefined) return [known];
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ size: sizes.length * BYTES, usage });
    this.device.queue.writeBuffer(buffer, 0, Uint32Array.from(sizes));
    this.sizes.set(sizes.join(), buffer);
    return [buffer];
  }

  private checkGrid(name: KernelName, shape: Shape): readonly [number, number, number] {
    const grid = WGSL_KERNELS[name].dispatch(shape);
    const most = this.limits.maxComputeWorkgroupsPerDimension;
    if (Math.max(...grid) <= most) return grid;
    throw new SomaError("backend_limits", `${name} takes at most ${most} rows at a time`);
  }

  private fail(message: string): void {
    this.failure ??= new SomaError("backend_failed", `WebGPU: ${message}`);
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

// The library takes no shared memory.
function unshared(values: Float32Array | Uint32Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = values;
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));
}
