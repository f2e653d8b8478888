/**
 * Where a model's weights are while it is loaded: all in the memory of the backend if they fit, or
 * else one layer at a time, brought in anew for every pass.
 *
 * @module
 */
import type { ModelConfig } from "../model/config.ts";
import type { Ends, Layer } from "../model/forward.ts";
import { buildEnds, buildLayer, type TensorSource } from "../model/weights.ts";
import type { Block, Kernels } from "./kernels.ts";
import { nextTurn } from "./turn.ts";

/** What is loaded; between two layers the event loop gets a turn, and the signal is looked at. */
export type LoadedWeights = {
  readonly config: ModelConfig;
  readonly source: TensorSource;
  readonly signal?: AbortSignal | undefined;
};

const EMBEDDING = "embedding.weight";

/** A model's weights in the memory of a backend. */
export class Residence<B extends Block> {
  readonly ends: Ends<B>;
  /** Whether layers are brought in anew for every pass. */
  readonly streams: boolean;
  readonly config: ModelConfig;
  private readonly source: TensorSource;
  private readonly kernels: Kernels<B>;
  /** All layers, or none when they are streamed. */
  private readonly layers: Layer<B>[] = [];
  private readonly owned: B[] = [];

  private constructor(
    kernels: Kernels<B>,
    config: ModelConfig,
    source: TensorSource,
    streams: boolean,
  ) {
    this.kernels = kernels;
    this.config = config;
    this.source = source;
    this.streams = streams;
    try {
      this.ends = buildEnds(config, (name, shape) => this.bring(name, shape, this.owned));
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Brings the weights in, the layers as far as they stay. Its signal's reason is thrown. */
  static async load<B extends Block>(
    kernels: Kernels<B>,
    { config, source, signal }: LoadedWeights,
    streams: boolean,
  ): Promise<Residence<B>> {
    const residence = new Residence(kernels, config, source, streams);
    const layers = streams ? 0 : config.layers;
    try {
      for (let index = 0; index < layers; index++) {
        await nextTurn();
        signal?.throwIfAborted();
        residence.layers.push(residence.bringLayer(index, residence.owned));
      }
      return residence;
    } catch (error) {
      residence.free();
      throw error;
    }
  }

  /** Lets `work` use one layer. */
  async use(index: number, work: (layer: Layer<B>) => Promise<void>): Promise<void> {
    const resident = this.layers[index];
    if (resident !== undefined) return work(resident);
    const passing: B[] = [];
    try {
      await work(this.bringLayer(index, passing));
    } finally {
      for (const block of passing) this.kernels.free(block);
    }
  }

  /** Frees the weights. */
  free(): void {
    for (const block of this.owned.splice(0)) this.kernels.free(block);
  }

  private bringLayer(index: number, owner: B[]): Layer<B> {
    return buildLayer(this.config, (name, shape) => this.bring(name, shape, owner), index);
  }

  private bring(name: string, shape: readonly number[], owner: B[]): B {
    const values = this.source(name, shape);
    const [depth, width] = shape;
    const block =
      depth === undefined || width === undefined || name === EMBEDDING
        ? this.kernels.upload(values)
        : this.kernels.weight(values, depth, width);
    owner.push(block);
    return block;
  }
}
