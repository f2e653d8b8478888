/**
 * A model that learns: the forward pass on the kernels of `runtime/cpu` with every layer's
 * activations kept, and the backward pass through them. The objective is the cross entropy of the
 * next byte.
 *
 * @module
 */
import { headDimOf, type ModelConfig } from "../../src/model/config.ts";
import { gelu, type Linear, type Norm } from "../../src/model/layers.ts";
import { type RopeTable, ropeTable, rotate } from "../../src/model/rope.ts";
import { PAD, type Sequence } from "../../src/model/tokenize.ts";
import { buildWeights, type TensorSource } from "../../src/model/weights.ts";
import { AttentionGradient } from "./attention-gradient.ts";
import { CausalAttention } from "./causal-attention.ts";
import { expMinus } from "./exp.ts";
import { geluBackward, linearBackward, normBackward, type Trained } from "./gradients.ts";
import { addInto, linearInto, normInto } from "./layers.ts";
import {
  newHeads,
  newTrace,
  pair,
  pairLayer,
  rows,
  type Trace,
  type TrainedLayer,
} from "./parts.ts";

/** A model's tensors, their gradients, and the working memory for sequences of one length. */
export class Learner {
  /** By name; what an optimiser changes. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
  /** By name; `learn` adds to them. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  private readonly config: ModelConfig;
  private readonly embedding: Trained<Float32Array>;
  private readonly layers: readonly TrainedLayer[];
  private readonly finalNorm: Trained<Norm>;
  private readonly predictor: Trained<Linear>;
  private readonly attention: CausalAttention;
  private readonly attentionGradient: AttentionGradient;
  private readonly traces: readonly Trace[];
  /** Before and behind the final norm. Shapes: (positions, dim). */
  private readonly x: Float64Array;
  private readonly representations: Float64Array;
  /** Shape: (positions, vocabulary). */
  private readonly logits: Float64Array;

  constructor(config: ModelConfig, source: TensorSource) {
    const tensors = new Map<string, Float32Array>();
    const gradients = new Map<string, Float32Array>();
    const zeros: TensorSource = (name) => new Float32Array(tensors.get(name)!.length);
    const weights = buildWeights(config, keeping(tensors, source));
    const gradient = buildWeights(config, keeping(gradients, zeros));
    this.config = config;
    this.tensors = tensors;
    this.gradients = gradients;
    this.embedding = pair(weights.embedding, gradient.embedding);
    this.layers = weights.layers.map((layer, index) => pairLayer(layer, gradient.layers[index]!));
    this.finalNorm = pair(weights.finalNorm, gradient.finalNorm);
    this.predictor = pair(weights.predictor, gradient.predictor);
    this.attention = new CausalAttention(config);
    this.attentionGradient = new AttentionGradient(config);
    this.traces = weights.layers.map(() => newTrace(config));
    this.x = rows(config, config.dim);
    this.representations = rows(config, config.dim);
    this.logits = rows(config, config.vocabulary);
  }

  /** Adds the gradient of the losses of `sequence` times `scale`; returns the sum of the losses. */
  learn(sequence: Sequence, scale: number): number {
    const table = ropeTable(sequence.positions, headDimOf(this.config));
    this.forward(sequence, table);
    const loss = softmaxRows(this.logits, sequence.targets);
    subtractTargets(this.logits, sequence.targets, scale);
    this.backward(sequence, table);
    return loss;
  }

  private forward({ tokens }: Sequence, table: RopeTable): void {
    const { dim } = this.config;
    const embedding = this.embedding.value;
    for (const [row, token] of tokens.entries()) {
      this.x.set(embedding.subarray(token * dim, (token + 1) * dim), row * dim);
    }
    for (const [index, layer] of this.layers.entries()) {
      this.forwardLayer(layer, this.traces[index]!, table);
    }
    normInto(this.representations, this.x, this.finalNorm.value);
    linearInto(this.logits, this.representations, this.predictor.value);
  }

  private forwardLayer(layer: TrainedLayer, trace: Trace, table: RopeTable): void {
    const { query, key, value } = trace.heads;
    trace.input.set(this.x);
    normInto(trace.normed1, this.x, layer.norm1.value);
    linearInto(query, trace.normed1, layer.query.value);
    linearInto(key, trace.normed1, layer.key.value);
    linearInto(value, trace.normed1, layer.value.value);
    rotate(query, table, headDimOf(this.config));
    rotate(key, table, headDimOf(this.config));
    trace.mixed.set(query);
    this.attention.mix(trace.mixed, key, value);
    linearInto(trace.middle, trace.mixed, layer.output.value);
    addInto(trace.middle, trace.input);
    normInto(trace.normed2, trace.middle, layer.norm2.value);
    linearInto(trace.hidden, trace.normed2, layer.inner.value);
    for (let i = 0; i < trace.hidden.length; i++) trace.active[i] = gelu(trace.hidden[i]!);
    linearInto(this.x, trace.active, layer.outer.value);
    addInto(this.x, trace.middle);
  }

  /** From the gradient by the logits, in `logits`, to all parameters. */
  private backward({ tokens }: Sequence, table: RopeTable): void {
    const { dim } = this.config;
    const dRepresentations = rows(this.config, dim);
    const dx = rows(this.config, dim);
    const inverse = { cos: table.cos, sin: table.sin.map((sin) => -sin) };
    linearBackward(dRepresentations, this.logits, this.representations, this.predictor);
    normBackward(dx, dRepresentations, this.x, this.finalNorm);
    for (let index = this.layers.length - 1; index >= 0; index--) {
      this.backwardLayer(dx, this.layers[index]!, this.traces[index]!, inverse);
    }
    const { gradient } = this.embedding;
    for (let at = 0; at < dx.length; at++) {
      gradient[tokens[Math.floor(at / dim)]! * dim + (at % dim)]! += dx[at]!;
    }
  }

  /** Turns the gradient by a layer's output into the one by its input, in place. */
  private backwardLayer(
    dx: Float64Array,
    layer: TrainedLayer,
    trace: Trace,
    inverse: RopeTable,
  ): void {
    const dHidden = rows(this.config, this.config.hidden);
    linearBackward(dHidden, dx, trace.active, layer.outer);
    geluBackward(dHidden, trace.hidden);
    const dNormed2 = rows(this.config, this.config.dim);
    linearBackward(dNormed2, dHidden, trace.normed2, layer.inner);
    normBackward(dx, dNormed2, trace.middle, layer.norm2);
    const dMixed = rows(this.config, this.config.dim);
    linearBackward(dMixed, dx, trace.mixed, layer.output);
    const dHeads = newHeads(this.config);
    this.attentionGradient.backward(dHeads, dMixed, trace.heads);
    rotate(dHeads.query, inverse, headDimOf(this.config));
    rotate(dHeads.key, inverse, headDimOf(this.config));
    const dNormed1 = rows(this.config, this.config.dim);
    linearBackward(dNormed1, dHeads.query, trace.normed1, layer.query);
    linearBackward(dNormed1, dHeads.key, trace.normed1, layer.key);
    linearBackward(dNormed1, dHeads.value, trace.normed1, layer.value);
    normBackward(dx, dNormed1, trace.input, layer.norm1);
  }
}

function keeping(kept: Map<string, Float32Array>, source: TensorSource): TensorSource {
  return (name, shape) => {
    const values = source(name, shape);
    kept.set(name, values);
    return values;
  };
}

/** Replaces each row of logits by its softmax; returns the sum of losses of targets but PAD. */
function softmaxRows(logits: Float64Array, targets: Uint16Array): number {
  const vocabulary = logits.length / targets.length;
  let loss = 0;
  for (const [row, target] of targets.entries()) {
    const values = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
    const largest = values.reduce((left, right) => Math.max(left, right));
    let total = 0;
    for (let i = 0; i < vocabulary; i++) {
      values[i] = expMinus(largest - values[i]!);
      total += values[i]!;
    }
    for (let i = 0; i < vocabulary; i++) values[i]! /= total;
    if (target !== PAD) loss -= Math.log(values[target]!);
  }
  return loss;
}

/** Turns rows of softmax into the gradient by the logits: (softmax − target) · scale, 0 for PAD. */
function subtractTargets(softmax: Float64Array, targets: Uint16Array, scale: number): void {
  const vocabulary = softmax.length / targets.length;
  for (const [row, target] of targets.entries()) {
    const values = softmax.subarray(row * vocabulary, (row + 1) * vocabulary);
    if (target === PAD) {
      values.fill(0);
      continue;
    }
    values[target]! -= 1;
    for (let i = 0; i < vocabulary; i++) values[i]! *= scale;
  }
}
