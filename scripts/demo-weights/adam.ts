/**
 * Adam (Kingma and Ba 2015) over named tensors, without weight decay.
 *
 * @module
 */

const BETA1 = 0.9;
const BETA2 = 0.99;
const EPSILON = 1e-9;

type Moments = { readonly first: Float64Array; readonly second: Float64Array };

/** The optimiser's memory of past gradients. */
export class Adam {
  private readonly moments = new Map<string, Moments>();
  private beta1Power = 1;
  private beta2Power = 1;

  /** Moves every tensor but the `frozen` against its gradient, and clears the gradients. */
  step(
    tensors: ReadonlyMap<string, Float32Array>,
    gradients: ReadonlyMap<string, Float32Array>,
    rate: number,
    frozen: (name: string) => boolean,
  ): void {
    this.beta1Power *= BETA1;
    this.beta2Power *= BETA2;
    for (const [name, tensor] of tensors) {
      const gradient = gradients.get(name)!;
      if (!frozen(name)) this.move(tensor, gradient, this.momentsOf(name, tensor.length), rate);
      gradient.fill(0);
    }
  }

  private move(
    tensor: Float32Array,
    gradient: Float32Array,
    { first, second }: Moments,
    rate: number,
  ): void {
    for (let i = 0; i < tensor.length; i++) {
      const slope = gradient[i]!;
      first[i] = BETA1 * first[i]! + (1 - BETA1) * slope;
      second[i] = BETA2 * second[i]! + (1 - BETA2) * slope * slope;
      const mean = first[i]! / (1 - this.beta1Power);
      const deviation = Math.sqrt(second[i]! / (1 - this.beta2Power));
      tensor[i]! -= (rate * mean) / (deviation + EPSILON);
    }
  }

  private momentsOf(name: string, length: number): Moments {
    const known = this.moments.get(name);
    if (known !== undefined) return known;
    const fresh = { first: new Float64Array(length), second: new Float64Array(length) };
    this.moments.set(name, fresh);
    return fresh;
  }
}
