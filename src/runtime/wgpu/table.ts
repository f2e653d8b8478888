/**
 * The WGSL kernels: for each its text, the sizes and the buffers that it takes, in the order in
 * which it names them, and how many workgroups cover a shape. What a kernel computes stands on its
 * first lines.
 *
 * @module
 */
import columnSums from "./kernels/column-sums.wgsl" with { type: "text" };
import crossEntropy from "./kernels/cross-entropy.wgsl" with { type: "text" };
import embed from "./kernels/embed.wgsl" with { type: "text" };
import gelu from "./kernels/gelu.wgsl" with { type: "text" };
import linear from "./kernels/linear.wgsl" with { type: "text" };
import mix from "./kernels/mix.wgsl" with { type: "text" };
import norm from "./kernels/norm.wgsl" with { type: "text" };
import rotate from "./kernels/rotate.wgsl" with { type: "text" };
import scores from "./kernels/scores.wgsl" with { type: "text" };
import sigreg from "./kernels/sigreg.wgsl" with { type: "text" };
import softmax from "./kernels/softmax.wgsl" with { type: "text" };

/** The sizes that a kernel is called with. */
export type Shape = Readonly<Record<string, number>>;

/** The kernels by name. */
export type KernelName =
  | "embed"
  | "norm"
  | "linear"
  | "gelu"
  | "rotate"
  | "scores"
  | "softmax"
  | "mix"
  | "crossEntropy"
  | "sigreg"
  | "columnSums";

/** One kernel. */
export type WgslKernel = {
  readonly wgsl: string;
  /** The fields of its `Sizes`. */
  readonly sizes: readonly string[];
  readonly bindings: readonly string[];
  /** Workgroups along x, y and z; a size that the shape lacks counts as 1. */
  readonly dispatch: (shape: Shape) => readonly [number, number, number];
};

// Threads of a one-dimensional workgroup, and the side of a tile.
const SIDE = 64;

const tiles = (size: number | undefined): number => Math.ceil((size ?? 1) / SIDE);
const each = (size: number | undefined): number => size ?? 1;

/** A kernel that takes the features of every row. */
const byFeature = ({ features, rows }: Shape): readonly [number, number, number] => [
  tiles(features),
  each(rows),
  1,
];

const byRow = ({ rows }: Shape): readonly [number, number, number] => [each(rows), 1, 1];

/** All kernels. */
export const WGSL_KERNELS: Readonly<Record<KernelName, WgslKernel>> = {
  embed: {
    wgsl: embed,
    sizes: ["dim"],
    bindings: ["tokens", "embedding", "x"],
    dispatch: byFeature,
  },
  norm: {
    wgsl: norm,
    sizes: ["dim"],
    bindings: ["input", "gamma", "beta", "output"],
    dispatch: byRow,
  },
  linear: {
    wgsl: linear,
    sizes: ["rows", "depth", "width", "accumulate"],
    bindings: ["input", "weight", "bias", "output"],
    dispatch: ({ width, rows }) => [tiles(width), tiles(rows), 1],
  },
  gelu: {
    wgsl: gelu,
    sizes: ["width"],
    bindings: ["x"],
    dispatch: byFeature,
  },
  rotate: {
    wgsl: rotate,
    sizes: ["dim", "headDim"],
    bindings: ["cosines", "sines", "features"],
    dispatch: byFeature,
  },
  scores: {
    wgsl: scores,
    sizes: ["first", "dim", "headDim", "positions"],
    bindings: ["query", "key", "scores"],
    dispatch: ({ positions, batches }) => [tiles(positions), tiles(positions), each(batches)],
  },
  softmax: {
    wgsl: softmax,
    sizes: ["positions"],
    bindings: ["scores"],
    dispatch: ({ positions, batches }) => [each(positions), each(batches), 1],
  },
  mix: {
    wgsl: mix,
    sizes: ["first", "dim", "headDim", "positions"],
    bindings: ["weights", "value", "mixed"],
    dispatch: ({ headDim, positions, batches }) => [
      tiles(headDim),
      tiles(positions),
      each(batches),
    ],
  },
  crossEntropy: {
    wgsl: crossEntropy,
    sizes: ["vocabulary"],
    bindings: ["logits", "targets", "output"],
    dispatch: byRow,
  },
  sigreg: {
    wgsl: sigreg,
    sizes: [],
    bindings: ["projections", "knots", "output"],
    dispatch: byRow,
  },
  columnSums: {
    wgsl: columnSums,
    sizes: ["dim", "positions"],
    bindings: ["input", "output"],
    dispatch: byFeature,
  },
};
