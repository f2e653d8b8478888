/**
 * Cross entropy and SIGReg of one row after another. SIGReg takes one sine and cosine a slice;
 * those of the further knots follow by rotation: (cos, sin) of (k + 1)τ from those of kτ and τ, two
 * knots a pass.
 *
 * @module
 */
import { type Code, type F32, f32, i32, v } from "../wasm/code.ts";
import {
  type Local,
  loop,
  type Scope,
  type WasmFunction,
  wasmFunction,
  when,
} from "../wasm/module.ts";
import { exp, log, mathLocals, sincos } from "./math.ts";
import { eachPart, fold, sumParts } from "./parts.ts";

type I = Local<"i32">;
type V = Local<"v128">;
const PAD = 256;
const SLICES = 256;
const KNOTS = 17;
const KNOT_STEP = 3 / 16;
const KNOT_BYTES = 8;

/** Bytes of scratch that `sigreg` needs: cos τ, sin τ, cos kτ, sin kτ of four slices at a time. */
export const SIGREG_SCRATCH_BYTES: number = SLICES * 4 * 4;
const GROUP_BYTES = 64;

/** crossEntropy(out, logits, targets, vocabulary, first, end) */
export const crossEntropy: WasmFunction = wasmFunction(
  "crossEntropy",
  ["out", "logits", "targets", "vocabulary", "first", "end"],
  (params, scope) => {
    const { out, logits, targets, vocabulary, first, end } = params;
    const { row, at, start, target } = scope.i32s("row", "at", "start", "target");
    const { x, y, largest, total } = scope.v128s("x", "y", "largest", "total");
    const locals = mathLocals(scope);
    const to = i32.add(out, i32.mul(row, 4));
    const score = f32.load(i32.add(start, i32.mul(target, 4)));
    const parts = { at, start, count: vocabulary };
    const loss = [
      largest.set(v.all(-Infinity)),
      eachPart(scope, parts, ({ load }) => [largest.set(v.max(load(at), largest))]),
      largest.set(v.splat(fold(largest, f32.max))),
      sumParts(scope, parts, total, {
        x,
        code: ({ load }) => [y.set(v.sub(load(at), largest)), exp(x, y, locals)],
      }),
      log(y, total, locals),
      f32.store(to, f32.add(f32.sub(f32.lane(largest, 0), score), f32.lane(y, 0))),
    ];
    return [
      row.set(first),
      loop(row, end, 1, [
        target.set(i32.load(i32.add(targets, i32.mul(row, 4)))),
        start.set(i32.add(logits, i32.mul(row, i32.mul(vocabulary, 4)))),
        when(i32.eq(target, PAD), [f32.store(to, f32.of(0))], loss),
      ]),
    ];
  },
);

/** sigreg(out, slices, knots, scratch, first, end) */
export const sigreg: WasmFunction = wasmFunction(
  "sigreg",
  ["out", "slices", "knots", "scratch", "first", "end"],
  (params, scope) => {
    const { out, slices, knots, scratch, first, end } = params;
    const [row, knot, value] = [scope.i32(), scope.i32(), scope.v128()];
    const sums: Sums = {
      cos: scope.v128(),
      sin: scope.v128(),
      cosNext: scope.v128(),
      sinNext: scope.v128(),
    };
    const from = i32.add(slices, i32.mul(row, SLICES * 4));
    const here = i32.add(knots, i32.mul(knot, KNOT_BYTES));
    return [
      row.set(first),
      loop(row, end, 1, [
        firstKnot(scope, from, scratch),
        value.set(v.all(0)),
        // The knot 0 agrees by construction: cos 0 = φ(0) = 1.
        knot.set(1),
        loop(knot, KNOTS, 2, [
          twoKnots(scope, scratch, sums),
          value.set(v.add(value, v.splat(difference(here, 0, sums.cos, sums.sin)))),
          value.set(
            v.add(value, v.splat(difference(here, KNOT_BYTES, sums.cosNext, sums.sinNext))),
          ),
        ]),
        f32.store(i32.add(out, i32.mul(row, 4)), f32.mul(f32.lane(value, 0), f32.of(SLICES))),
      ]),
    ];
  },
);

type Sums = Readonly<Record<"cos" | "sin" | "cosNext" | "sinNext", V>>;

/** Fills the scratch: τ = KNOT_STEP · slice, and k = 1. */
function firstKnot(scope: Scope, from: ReturnType<typeof i32.add>, scratch: I): Code {
  const [at, to, x, sin, cos] = [
    scope.i32(),
    scope.i32(),
    scope.v128(),
    scope.v128(),
    scope.v128(),
  ];
  const locals = mathLocals(scope);
  return [
    to.set(scratch),
    eachPart(scope, { at, start: from, count: SLICES }, ({ load }) => [
      x.set(v.mul(load(at), v.all(KNOT_STEP))),
      sincos({ sin, cos }, x, locals),
      v.store(to, cos),
      v.store(to, sin, 16),
      v.store(to, cos, 32),
      v.store(to, sin, 48),
      to.set(i32.add(to, GROUP_BYTES)),
    ]),
  ].flat();
}

/** Sums over the slices at the knots k and k + 1; leaves k + 2 in the scratch. */
function twoKnots(scope: Scope, scratch: I, sums: Sums): Code {
  const { at, end } = scope.i32s("at", "end");
  const { c, s, cosOne, sinOne, next } = scope.v128s("c", "s", "cosOne", "sinOne", "next");
  const turn = (): Code[] => [
    next.set(v.sub(v.mul(c, cosOne), v.mul(s, sinOne))),
    s.set(v.add(v.mul(s, cosOne), v.mul(c, sinOne))),
    c.set(next),
  ];
  return [
    ...Object.values(sums).map((sum) => sum.set(v.all(0))),
    at.set(scratch),
    end.set(i32.add(scratch, SIGREG_SCRATCH_BYTES)),
    loop(at, end, GROUP_BYTES, [
      cosOne.set(v.load(at)),
      sinOne.set(v.load(at, 16)),
      c.set(v.load(at, 32)),
      s.set(v.load(at, 48)),
      sums.cos.set(v.add(sums.cos, c)),
      sums.sin.set(v.add(sums.sin, s)),
      ...turn(),
      sums.cosNext.set(v.add(sums.cosNext, c)),
      sums.sinNext.set(v.add(sums.sinNext, s)),
      ...turn(),
      v.store(at, c, 32),
      v.store(at, s, 48),
    ]),
  ].flat();
}

/** weight · |mean − φ|² at the knot whose φ and weight lie `offset` behind `here`. */
function difference(here: ReturnType<typeof i32.add>, offset: number, cos: V, sin: V): F32 {
  const mean = (sum: V): F32 => f32.mul(fold(sum, f32.add), f32.of(1 / SLICES));
  const real = f32.sub(mean(cos), f32.load(here, offset));
  const squares = f32.add(f32.mul(real, real), f32.mul(mean(sin), mean(sin)));
  return f32.mul(f32.load(here, offset + 4), squares);
}
