/**
 * Functions of four f32 at once, as expressions: each takes its argument from a local and uses the
 * locals of a set that its kernel declares once. Accuracy is that of f32, about 1e-7.
 *
 * @module
 */
import { type Code, v, type V128 } from "../wasm/code.ts";
import type { Local, Scope } from "../wasm/module.ts";

/** Locals for one evaluation at a time. */
export type MathLocals = {
  readonly n: Local<"v128">;
  readonly r: Local<"v128">;
  readonly z: Local<"v128">;
  readonly t: Local<"v128">;
};

/** Declares the locals. */
export function mathLocals(scope: Scope): MathLocals {
  return { n: scope.v128(), r: scope.v128(), z: scope.v128(), t: scope.v128() };
}

/** Σ coefficient · x^power, by rising power. */
function polynomial(x: V128, coefficients: readonly number[]): V128 {
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, next) => v.add(v.mul(sum, x), v.all(next)), v.all(coefficients.at(-1)!));
}

// ln 2 in two parts: the first has so few bits that its products with exponents are exact.
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.121944400546906e-4;
/** Below this e^x is no normal f32. */
const EXPONENT_MIN = -87;
const EXPONENT_MAX = 88;
const MANTISSA_BITS = 23;

// (e^r − 1 − r) ÷ r² on |r| ≤ ½ ln 2, minimax (S. Moshier, Cephes, expf).
const EXP_SERIES = [
  5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3,
  1.98756915e-4,
];

/** target = e^x for every lane; x beyond the range of f32 is brought to its ends, NaN stays. */
export function exp(target: Local<"v128">, x: V128, { n, r }: MathLocals): Code {
  const scale = v.shl(v.iadd(v.truncate(n), v.whole(127, 127, 127, 127)), MANTISSA_BITS);
  return [
    r.set(v.min(v.max(x, v.all(EXPONENT_MIN)), v.all(EXPONENT_MAX))),
    n.set(v.nearest(v.mul(r, v.all(Math.LOG2E)))),
    r.set(v.sub(v.sub(r, v.mul(n, v.all(LN2_HIGH))), v.mul(n, v.all(LN2_LOW)))),
    target.set(
      v.mul(v.add(v.mul(v.mul(polynomial(r, EXP_SERIES), r), r), v.add(r, v.all(1))), scale),
    ),
  ].flat();
}

// Abramowitz and Stegun 7.1.26, to 1.5e-7: erf z = 1 − (a₁t + … + a₅t⁵) e^−z², t = 1 ÷ (1 + pz).
const ERF_P = 0.3275911;
const ERF_SERIES = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];

/** target = x · Φ(x), with Φ the distribution function of N(0, 1). */
export function gelu(target: Local<"v128">, x: Local<"v128">, locals: MathLocals): Code {
  const { z, t } = locals;
  const half = v.all(0.5);
  return [
    z.set(v.mul(v.abs(x), v.all(Math.SQRT1_2))),
    t.set(v.div(v.all(1), v.add(v.all(1), v.mul(z, v.all(ERF_P))))),
    exp(target, v.neg(v.mul(z, z)), locals),
    // The upper tail of N(0, 1) beyond |x|.
    t.set(v.mul(v.mul(v.mul(polynomial(t, ERF_SERIES), t), target), half)),
    target.set(v.mul(x, v.select(t, v.sub(v.all(1), t), v.lt(x, v.all(0))))),
  ].flat();
}

// ln(1 + f) = f − f²/2 + f³ · P(f) on √½ ≤ 1 + f ≤ √2, minimax (Cephes, logf).
const LOG_SERIES = [
  3.3333331174e-1, -2.4999993993e-1, 2.0000714765e-1, -1.6668057665e-1, 1.4249322787e-1,
  -1.2420140846e-1, 1.167699874e-1, -1.151461031e-1, 7.0376836292e-2,
];
const MANTISSA = 0x007f_ffff;
const ONE_BITS = 0x3f80_0000;

/** target = ln x for every lane; x is positive and normal, or NaN. */
export function log(target: Local<"v128">, x: Local<"v128">, { n, r, z }: MathLocals): Code {
  const mantissa = v.whole(MANTISSA, MANTISSA, MANTISSA, MANTISSA);
  const one = v.whole(ONE_BITS, ONE_BITS, ONE_BITS, ONE_BITS);
  const isLarge = v.lt(v.all(Math.SQRT2), r);
  return [
    n.set(v.convert(v.shr(v.isub(x, one), MANTISSA_BITS))),
    r.set(v.or(v.and(x, mantissa), one)),
    n.set(v.add(n, v.and(isLarge, v.all(1)))),
    r.set(v.sub(v.select(v.mul(r, v.all(0.5)), r, isLarge), v.all(1))),
    z.set(v.mul(r, r)),
    target.set(v.mul(v.mul(polynomial(r, LOG_SERIES), r), z)),
    target.set(v.add(target, v.mul(n, v.all(LN2_LOW)))),
    target.set(v.sub(target, v.mul(z, v.all(0.5)))),
    target.set(v.add(v.add(target, r), v.mul(n, v.all(LN2_HIGH)))),
    // The bits of NaN make a number; NaN − NaN makes NaN again.
    target.set(v.add(target, v.sub(x, x))),
  ].flat();
}

// π/2 in three parts, each with few enough bits for exact products with small whole numbers.
const HALF_PI = [1.5703125, 4.837512969970703125e-4, 7.549789954891882e-8];
// Minimax on |r| ≤ π/4 (Cephes, sinf and cosf).
const SIN_SERIES = [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4];
const COS_SERIES = [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5];
const SIGN = 0x8000_0000 | 0;

/** The sine and the cosine of x in radians, up to some thousands. */
export function sincos(
  { sin, cos }: { readonly sin: Local<"v128">; readonly cos: Local<"v128"> },
  x: Local<"v128">,
  { n, r, z, t }: MathLocals,
): Code {
  const bit = (value: number): V128 => v.whole(value, value, value, value);
  const isOdd = v.ieq(v.and(n, bit(1)), bit(1));
  const signOf = (quadrant: V128): V128 => v.and(v.shl(quadrant, 30), bit(SIGN));
  return [
    t.set(v.nearest(v.mul(x, v.all(2 / Math.PI)))),
    n.set(v.truncate(t)),
    r.set(HALF_PI.reduce<V128>((rest, part) => v.sub(rest, v.mul(t, v.all(part))), x)),
    z.set(v.mul(r, r)),
    t.set(v.add(v.mul(v.mul(polynomial(z, SIN_SERIES), z), r), r)),
    r.set(
      v.add(v.mul(v.mul(polynomial(z, COS_SERIES), z), z), v.sub(v.all(1), v.mul(z, v.all(0.5)))),
    ),
    sin.set(v.xor(v.select(r, t, isOdd), signOf(n))),
    cos.set(v.xor(v.select(t, r, isOdd), signOf(v.iadd(n, bit(1))))),
    // Beyond the range of whole numbers, and for NaN: no number.
    sin.set(v.add(sin, v.sub(x, x))),
  ].flat();
}
