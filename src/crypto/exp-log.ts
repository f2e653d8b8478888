/**
 * exp and log from + − × ÷ alone, in a written-down order, so that every engine gives the same
 * bits; `Math.exp` and `Math.log` may differ in the last one. The reductions and the coefficients
 * are fdlibm's (Sun Microsystems, 1993); results stay within 1 ulp of the true value.
 *
 * @module
 */

// ln 2 in two parts: the first has 21 trailing zero bits, so small multiples of it are exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1.4426950408889634;
const SQRT_HALF = 0.7071067811865476;

// Below this the result is subnormal or zero; callers get zero.
const EXP_UNDERFLOW = -708;
const EXP_OVERFLOW = 709;
const POWER_ZERO = 1022;
const POWERS_OF_TWO = buildPowers();

/** e^x. Zero below −708 (where the true value is subnormal), infinity above 709. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x < EXP_UNDERFLOW) return 0;
  if (x > EXP_OVERFLOW) return Infinity;
  const power = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - power * LN2_HIGH;
  const low = power * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  return (1 - (low - (r * c) / (2 - c) - high)) * POWERS_OF_TWO[power + POWER_ZERO]!;
}

/** ln x. −∞ at zero, NaN below it; infinity and NaN are themselves. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  let mantissa = x;
  let power = 0;
  for (; mantissa < SQRT_HALF; power--) mantissa *= 2;
  for (; mantissa >= 2 * SQRT_HALF; power++) mantissa *= 0.5;
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z *
    (0.6666666666666735 +
      w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return power * LN2_HIGH - (half - (s * (half + odd + even) + power * LN2_LOW) - f);
}

function buildPowers(): Float64Array {
  const powers = new Float64Array(2 * POWER_ZERO + 2);
  powers[POWER_ZERO] = 1;
  for (let index = POWER_ZERO; index > 0; index--) powers[index - 1] = powers[index]! * 0.5;
  for (let index = POWER_ZERO; index < powers.length - 1; index++) {
    powers[index + 1] = powers[index]! * 2;
  }
  return powers;
}
