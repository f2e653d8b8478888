/**
 * What a backend must be able to compute. Numbers live in blocks of the backend's own memory; the
 * kernels work on rows of f32 and never see a whole model, which `forward.ts` composes from them.
 * Kernels run in the order in which they are called; only `read` waits for them.
 *
 * Every sum runs in an order that the shapes alone decide: no atomics, no half or TF32 products.
 * An output block shares no memory with an input, and every element that its shape names is
 * written, whatever stood there before; elements beyond the shape are left alone.
 *
 * @module
 */

/** Numbers of 4 bytes in the memory of a backend. */
export type Block = { readonly elements: number };

/** What the memory of a backend allows. */
export type KernelLimits = {
  /** Bytes that all blocks together may take. */
  readonly memoryBytes: number;
  /** Bytes that one block may take. */
  readonly blockBytesMax: number;
  /** Rows that keep the hardware busy: a pass takes no more if it need not. */
  readonly rowsEnough?: number;
};

/** What is done with x · weight + bias: stored, stored after GELU, or added to what is there. */
export type LinearMode = "store" | "gelu" | "add";

/** Shapes: out (rows, dim), table (tokens known, dim), tokens (rows) u32. */
export type EmbedArgs<B> = {
  readonly out: B;
  readonly table: B;
  readonly tokens: B;
  readonly rows: number;
  readonly dim: number;
};

/** Shapes: out and input (rows, dim), gamma and beta (dim). */
export type NormArgs<B> = {
  readonly out: B;
  readonly input: B;
  readonly gamma: B;
  readonly beta: B;
  readonly rows: number;
  readonly dim: number;
};

/** Shapes: out (rows, width), input (rows, depth), weight a `weight` block, bias (width). */
export type LinearArgs<B> = {
  readonly out: B;
  readonly input: B;
  readonly weight: B;
  readonly bias: B;
  readonly rows: number;
  readonly depth: number;
  readonly width: number;
  readonly mode: LinearMode;
};

/** Shapes: features (rows, heads · headDim), turned in place; cos and sin (rows, headDim / 2). */
export type RotateArgs<B> = {
  readonly features: B;
  readonly cos: B;
  readonly sin: B;
  readonly rows: number;
  readonly heads: number;
  readonly headDim: number;
};

/** Shapes: all (sequences · positions, heads · headDim). Sequences do not see each other. */
export type AttendArgs<B> = {
  readonly out: B;
  readonly query: B;
  readonly key: B;
  readonly value: B;
  readonly sequences: number;
  readonly positions: number;
  readonly heads: number;
  readonly headDim: number;
};

/** Shapes: out (rows), logits (rows, vocabulary), targets (rows) u32. PAD targets give 0. */
export type CrossEntropyArgs<B> = {
  readonly out: B;
  readonly logits: B;
  readonly targets: B;
  readonly rows: number;
  readonly vocabulary: number;
};

/** Shapes: out (rows), slices (rows, SLICES), knots (17, 2): φ and weight of each knot. */
export type SigregArgs<B> = {
  readonly out: B;
  readonly slices: B;
  readonly knots: B;
  readonly rows: number;
};

/** Shapes: out (sequences, dim), input (sequences · positions, dim). */
export type ColumnSumsArgs<B> = {
  readonly out: B;
  readonly input: B;
  readonly sequences: number;
  readonly positions: number;
  readonly dim: number;
};

/** The memory and the kernels of one backend. Failures are thrown as `SomaError`. */
export type Kernels<B extends Block = Block> = {
  readonly limits: KernelLimits;

  /** A block whose content is arbitrary. */
  alloc(elements: number): B;
  /** A block with these values. */
  upload(values: Float32Array | Uint32Array): B;
  /** The matrix of a linear map, (depth, width), in the layout that `linear` likes best. */
  weight(values: Float32Array, depth: number, width: number): B;
  /** Overwrites the beginning of a block made by `alloc` or `upload`. */
  write(block: B, values: Float32Array | Uint32Array): void;
  /** The first `elements` numbers of a block made by `alloc` or `upload`. */
  read(block: B, elements: number): Promise<Float32Array>;
  free(block: B): void;
  /** Waits for all calls so far, so that what was freed is free; absent where none wait. */
  settle?(): Promise<void>;
  /** Frees everything; the kernels are not used again. */
  close(): Promise<void>;

  /** out[row] = table[tokens[row]]. */
  embed(args: EmbedArgs<B>): void;
  /** Layer norm of each row. */
  norm(args: NormArgs<B>): void;
  /** A linear map of each row. */
  linear(args: LinearArgs<B>): void;
  /** Rotary position embedding, half-split, by tables of cosines and sines. */
  rotate(args: RotateArgs<B>): void;
  /** Causal attention: softmax(q · k ÷ √headDim) over a position and all before it, times v. */
  attend(args: AttendArgs<B>): void;
  /** −log softmax(logits)[target] of each row. */
  crossEntropy(args: CrossEntropyArgs<B>): void;
  /** SIGReg of each row's projections. */
  sigreg(args: SigregArgs<B>): void;
  /** The sum of each sequence's rows. */
  columnSums(args: ColumnSumsArgs<B>): void;
};
