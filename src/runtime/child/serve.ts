/**
 * The child's side: opens one backend and answers its owner until the pipe closes. Reading blocks
 * the thread, so a backend that asks for a tensor has it when the call returns; nothing else waits
 * here.
 *
 * @module
 */
import { readSync, writeSync } from "node:fs";

import { present } from "../../base/assert.ts";
import { SomaError } from "../../base/errors.ts";
import type { Backend, LoadedModel } from "../backend.ts";
import { decodeFrame, encodeFrame, type Frame, numbersOf } from "./frame.ts";
import { type Answer, packSums, type Request, unpackSequences } from "./messages.ts";

const INPUT = 0;
const OUTPUT = 1;

/** What the child keeps between requests. */
type State = {
  readonly backend: Backend;
  readonly models: Map<number, LoadedModel>;
  directions: Float32Array;
};

/** Serves the backend that `open` opens; returns when there is no more owner. */
export async function serve(open: () => Promise<Backend>): Promise<void> {
  const backend = await attempt(open);
  if (backend === undefined) return;
  say({ kind: "Opened", adapter: backend.adapter });
  const state: State = { backend, models: new Map(), directions: new Float32Array(0) };
  for (let request = read(); request !== undefined; request = read()) {
    const answered = request;
    await attempt(() => answer(state, answered));
  }
}

async function answer(state: State, { header, parts }: Frame<Request>): Promise<void> {
  switch (header.kind) {
    case "Load": {
      const model = await state.backend.load(header.config, want, header.memoryBytes);
      state.models.set(header.model, model);
      const { sequencesPerCall, memoryBytes, streams } = model;
      return say({ kind: "Loaded", sequencesPerCall, memoryBytes, streams });
    }
    case "Score": {
      const model = present(state.models.get(header.model), "the model");
      // The same array again tells the backend that it has these directions.
      if (parts[3] !== undefined) state.directions = numbersOf(parts[3], Float32Array);
      const sequences = unpackSequences(parts, model.config.positions);
      const onStep = (): void => say({ kind: "Working" });
      const sums = await model.score(sequences, state.directions, { onStep });
      return say({ kind: "Scored", count: sums.length }, [packSums(sums)]);
    }
    case "Unload":
      await present(state.models.get(header.model), "the model").unload();
      state.models.delete(header.model);
      return say({ kind: "Unloaded" });
    case "Tensor":
    case "NoTensor":
      throw new SomaError("backend_garbled", "a tensor came that nobody wants");
  }
}

function want(name: string, shape: readonly number[]): Float32Array {
  say({ kind: "Want", name, shape });
  const tensor = read();
  // The owner is gone: nobody is left to tell.
  if (tensor === undefined) process.exit(0);
  if (tensor.header.kind !== "Tensor") {
    throw new SomaError("tensor_absent", `the owner has no tensor ${name}`);
  }
  return numbersOf(tensor.parts[0], Float32Array);
}

/** Runs `work` and tells the owner why it failed, if it did. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SomaError)) throw error;
    const { code, message, hint } = error;
    say({ kind: "Failed", code, message, hint });
    return undefined;
  }
}

function say(header: Answer, parts: readonly Uint8Array[] = []): void {
  for (const piece of encodeFrame({ header, parts })) writeFully(piece);
}

function writeFully(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(OUTPUT, bytes, done);
}

/** The owner's next frame; `undefined` when the owner is gone. */
function read(): Frame<Request> | undefined {
  const frame = decodeFrame<Request>();
  let step = frame.next();
  while (step.done !== true) {
    const bytes = readFully(step.value);
    if (bytes === undefined) return undefined;
    step = frame.next(bytes);
  }
  return step.value;
}

function readFully(size: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size;) {
    const count = readSync(INPUT, bytes, done, size - done, null);
    if (count === 0) return undefined;
    done += count;
  }
  return bytes;
}
