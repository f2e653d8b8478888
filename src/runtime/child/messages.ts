/**
 * What a process asks of the child that runs a backend, and what the child says. A request is
 * answered before the next one is sent; while it loads or scores, a child may want tensors, as its
 * backend asks for them.
 *
 * @module
 */
import type { Sums } from "../../model/compete.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { Sequence } from "../../model/tokenize.ts";
import type { Adapter, LoadedModel } from "../backend.ts";
import { bytesOf, numbersOf } from "./frame.ts";

/** The word that makes the program a child, before the name of the backend. */
export const CHILD_WORD = "internal-kernels";

/** Models are named by numbers that the owner gives. */
export type Request =
  | {
      readonly kind: "Load";
      readonly model: number;
      readonly config: ModelConfig;
      /** The most that it may take; all there is when absent. */
      readonly memoryBytes?: number | undefined;
    }
  /** Parts: tokens, positions, targets, and the directions if they are new. */
  | { readonly kind: "Score"; readonly model: number }
  | { readonly kind: "Unload"; readonly model: number }
  /** Part: the tensor that the child wants. */
  | { readonly kind: "Tensor" }
  /** Instead of a tensor that the owner does not have: the request fails. */
  | { readonly kind: "NoTensor" };

/**
 * What a child says; all but `Want` and `Working` end a request, and the first thing it says is
 * `Opened`.
 */
export type Answer =
  | { readonly kind: "Opened"; readonly adapter: Adapter }
  | ({ readonly kind: "Loaded" } & Loaded)
  /** Part: the sums, packed. */
  | { readonly kind: "Scored"; readonly count: number }
  | { readonly kind: "Unloaded" }
  /** More of a score is done: a child that says nothing for long is taken to hang. */
  | { readonly kind: "Working" }
  | { readonly kind: "Want"; readonly name: string; readonly shape: readonly number[] }
  | ({ readonly kind: "Failed" } & Failure);

/** How a model was loaded. */
export type Loaded = Pick<LoadedModel, "sequencesPerCall" | "memoryBytes" | "streams">;

/** An error, so that it can be thrown again on the other side. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
};

/** Sequences of equal length as three parts. */
export function packSequences(sequences: readonly Sequence[]): Uint8Array[] {
  return [
    bytesOf(Uint16Array.from(sequences.flatMap(({ tokens }) => [...tokens]))),
    bytesOf(Uint32Array.from(sequences.flatMap(({ positions }) => [...positions]))),
    bytesOf(Uint16Array.from(sequences.flatMap(({ targets }) => [...targets]))),
  ];
}

/** The sequences, `length` positions each, of the three parts. */
export function unpackSequences(parts: readonly Uint8Array[], length: number): Sequence[] {
  const tokens = numbersOf(parts[0], Uint16Array);
  const positions = numbersOf(parts[1], Uint32Array);
  const targets = numbersOf(parts[2], Uint16Array);
  return Array.from({ length: tokens.length / length }, (_, index) => {
    const [from, to] = [index * length, (index + 1) * length];
    return {
      tokens: tokens.subarray(from, to),
      positions: positions.subarray(from, to),
      targets: targets.subarray(from, to),
    };
  });
}

/** Sums one after another: positions, cross entropy, SIGReg, representation. */
export function packSums(sums: readonly Sums[]): Uint8Array {
  const numbers = sums.flatMap(({ positions, crossEntropy, sigreg, representation }) => [
    positions,
    crossEntropy,
    sigreg,
    ...representation,
  ]);
  return bytesOf(Float64Array.from(numbers));
}

/** `count` sums. */
export function unpackSums(part: Uint8Array | undefined, count: number): Sums[] {
  const numbers = numbersOf(part, Float64Array);
  const size = numbers.length / count;
  return Array.from({ length: count }, (_, index) => {
    const [positions, crossEntropy, sigreg] = numbers.subarray(index * size);
    return {
      positions: positions!,
      crossEntropy: crossEntropy!,
      sigreg: sigreg!,
      representation: numbers.slice(index * size + 3, (index + 1) * size),
    };
  });
}
