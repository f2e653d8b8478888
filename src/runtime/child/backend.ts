/**
 * A backend that runs in a child process: a driver that aborts takes the child down and not the
 * program. Tensors stay here; the child gets each when its backend asks for it.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import type { Sums } from "../../model/compete.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { Sequence } from "../../model/tokenize.ts";
import type { TensorSource } from "../../model/weights.ts";
import type { Adapter, Backend, BackendName, LoadedModel } from "../backend.ts";
import { Channel, type ChildOptions } from "./channel.ts";
import { bytesOf, type Frame } from "./frame.ts";
import { type Answer, packSequences, type Request, unpackSums } from "./messages.ts";

/** Starts a child and opens the backend `name` in it; its error is that of the backend. */
export async function openInChild(name: BackendName, options: ChildOptions = {}): Promise<Backend> {
  const channel = new Channel<Request, Answer>(name, options);
  try {
    const { header } = await channel.receive();
    if (header.kind !== "Opened") throw unexpected(header);
    // What a processor emulates is slow without end, and no driver hangs in it.
    channel.allowSilence(header.adapter.isEmulated === true ? Infinity : options.silenceMs);
    return new ChildBackend(name, header.adapter, channel);
  } catch (error) {
    await channel.close();
    throw error;
  }
}

/** A backend in a child process. */
export class ChildBackend implements Backend {
  readonly name: BackendName;
  readonly adapter: Adapter;
  private readonly channel: Channel<Request, Answer>;
  private models = 0;
  /** Of the last score, which the child still has. */
  private directions: Float32Array | undefined;
  /** Requests wait for the one before them. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(name: BackendName, adapter: Adapter, channel: Channel<Request, Answer>) {
    this.name = name;
    this.adapter = adapter;
    this.channel = channel;
  }

  /** The process number of the child. */
  get pid(): number {
    return this.channel.pid;
  }

  async load(
    config: ModelConfig,
    source: TensorSource,
    memoryBytes?: number,
    signal?: AbortSignal,
  ): Promise<LoadedModel> {
    const model = this.models++;
    const request = { header: { kind: "Load", model, config, memoryBytes }, parts: [] } as const;
    // A tensor that is refused ends the load on both sides.
    const wanted: TensorSource = (name, shape) => {
      if (signal?.aborted === true) throw new Error("the model is not wanted any more");
      return source(name, shape);
    };
    const loading = this.ask(request, wanted).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    const { header } = await loading;
    if (header.kind !== "Loaded") throw unexpected(header);
    const { sequencesPerCall, memoryBytes: taken, streams } = header;
    return {
      config,
      sequencesPerCall,
      memoryBytes: taken,
      streams,
      score: async (sequences, directions, watch) => {
        watch?.signal?.throwIfAborted();
        return this.score(model, source, { sequences, directions });
      },
      unload: async () => {
        await this.ask({ header: { kind: "Unload", model }, parts: [] }, source);
      },
    };
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  private async score(
    model: number,
    source: TensorSource,
    work: { readonly sequences: readonly Sequence[]; readonly directions: Float32Array },
  ): Promise<readonly Sums[]> {
    const { sequences, directions } = work;
    const parts = packSequences(sequences);
    if (this.directions !== directions) parts.push(bytesOf(directions));
    this.directions = directions;
    const answer = await this.ask({ header: { kind: "Score", model }, parts }, source);
    if (answer.header.kind !== "Scored") throw unexpected(answer.header);
    return unpackSums(answer.parts[0], answer.header.count);
  }

  private ask(request: Frame<Request>, source: TensorSource): Promise<Frame<Answer>> {
    const answer = this.last.then(() => this.exchange(request, source));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private async exchange(request: Frame<Request>, source: TensorSource): Promise<Frame<Answer>> {
    await this.channel.send(request);
    let failure: Error | undefined;
    const give = (name: string, shape: readonly number[]): Frame<Request> => {
      try {
        return { header: { kind: "Tensor" }, parts: [bytesOf(source(name, shape))] };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // The child waits for an answer all the same.
        failure = error;
        return { header: { kind: "NoTensor" }, parts: [] };
      }
    };
    let answer = await this.channel.receive();
    for (; isUnderway(answer.header); answer = await this.channel.receive()) {
      const { header } = answer;
      if (header.kind === "Want") await this.channel.send(give(header.name, header.shape));
    }
    if (failure !== undefined) throw failure;
    if (answer.header.kind === "Failed") throw unexpected(answer.header);
    return answer;
  }
}

function isUnderway({ kind }: Answer): boolean {
  return kind === "Want" || kind === "Working";
}

/** What a child says instead of an answer, which should be why there is none. */
function unexpected(answer: Answer): SomaError {
  if (answer.kind !== "Failed") {
    return new SomaError("backend_garbled", `the process of the kernels says ${answer.kind}`);
  }
  const { code, message, hint } = answer;
  return new SomaError(code, message, hint === undefined ? {} : { hint });
}
