/**
 * Kernels that take one row after another: embedding, layer norm, rotation, sums of columns.
 *
 * @module
 */
import { type Code, f32, f64, i32, v } from "../wasm/code.ts";
import {
  copy,
  type Local,
  loop,
  type Scope,
  type WasmFunction,
  wasmFunction,
  when,
} from "../wasm/module.ts";
import { type Access, eachPart, type Row, sumParts, type Term } from "./parts.ts";

const EPSILON = 1e-5;
/** Squares that f32 does not hold are taken in this unit, in which EPSILON is nothing. */
const UNIT = 2 ** 64;
const F32_MAX = 3.4028234663852886e38;

/** embed(out, table, tokens, dim, first, end) */
export const embed: WasmFunction = wasmFunction(
  "embed",
  ["out", "table", "tokens", "dim", "first", "end"],
  (params, scope) => {
    const { out, table, tokens, dim, first, end } = params;
    const row = scope.i32();
    const bytes = i32.mul(dim, 4);
    const token = i32.load(i32.add(tokens, i32.mul(row, 4)));
    return [
      row.set(first),
      loop(row, end, 1, [
        copy(i32.add(out, i32.mul(row, bytes)), i32.add(table, i32.mul(token, bytes)), bytes),
      ]),
    ];
  },
);

/** norm(out, input, gamma, beta, dim, first, end) */
export const norm: WasmFunction = wasmFunction(
  "norm",
  ["out", "input", "gamma", "beta", "dim", "first", "end"],
  (params, scope) => {
    const { out, input, gamma, beta, dim, first, end } = params;
    const { row, at, from, to, scales, shifts } = scope.i32s(
      "row",
      "at",
      "from",
      "to",
      "scales",
      "shifts",
    );
    const { x, mean, scale } = scope.v128s("x", "mean", "scale");
    const bytes = i32.mul(dim, 4);
    const parts = { at, start: from, count: dim };
    const centred = ({ load }: Access): Code[] => [x.set(v.sub(load(at), mean))];
    const count = v.splat(f32.convert(dim));
    return [
      row.set(first),
      loop(row, end, 1, [
        from.set(i32.add(input, i32.mul(row, bytes))),
        // Distances from the part at hand to the others of its place.
        to.set(i32.sub(i32.add(out, i32.mul(row, bytes)), from)),
        scales.set(i32.sub(gamma, from)),
        shifts.set(i32.sub(beta, from)),
        sumParts(scope, parts, mean, { x, code: ({ load }) => [x.set(load(at))] }),
        mean.set(v.div(mean, count)),
        inverseDeviation(scope, parts, scale, { x, code: centred }),
        eachPart(scope, parts, (access) => [
          ...centred(access),
          x.set(v.mul(v.mul(x, scale), access.load(i32.add(at, scales)))),
          access.store(i32.add(at, to), v.add(x, access.load(i32.add(at, shifts)))),
        ]),
      ]),
    ];
  },
);

/** target = 1 ÷ √(mean of the squares of what `centred` leaves in `x` + ε), in all lanes. */
function inverseDeviation(scope: Scope, parts: Row, target: Local<"v128">, centred: Term): Code {
  const { x } = centred;
  const unit = scope.v128();
  const squares = sumParts(scope, parts, target, {
    x,
    code: (access) => [...centred.code(access), x.set(v.mul(x, unit)), x.set(v.mul(x, x))],
  });
  const epsilon = v.mul(v.all(EPSILON), v.mul(unit, unit));
  const count = v.splat(f32.convert(parts.count));
  const variance = f32.lane(v.add(v.div(target, count), epsilon), 0);
  return [
    unit.set(v.all(1)),
    squares,
    when(f32.gt(f32.lane(target, 0), f32.of(F32_MAX)), [unit.set(v.all(1 / UNIT)), squares]),
    target.set(v.mul(unit, v.splat(f32.div(f32.of(1), f32.sqrt(variance))))),
  ].flat();
}

/** rotate(features, cos, sin, heads, headDim, first, end) */
export const rotate: WasmFunction = wasmFunction(
  "rotate",
  ["features", "cos", "sin", "heads", "headDim", "first", "end"],
  (params, scope) => {
    const { features, cos, sin, heads, headDim, first, end } = params;
    const { row, head, at, start, half, toCos, toSin } = scope.i32s(
      "row",
      "head",
      "at",
      "start",
      "half",
      "toCos",
      "toSin",
    );
    const { a, b, c, s } = scope.v128s("a", "b", "c", "s");
    const upper = i32.add(at, half);
    return [
      row.set(first),
      half.set(i32.mul(headDim, 2)),
      start.set(i32.add(features, i32.mul(i32.mul(row, heads), i32.mul(headDim, 4)))),
      loop(row, end, 1, [
        head.set(0),
        loop(head, heads, 1, [
          toCos.set(i32.sub(i32.add(cos, i32.mul(row, half)), start)),
          toSin.set(i32.sub(i32.add(sin, i32.mul(row, half)), start)),
          eachPart(scope, { at, start, count: i32.div(headDim, 2) }, ({ load, store }) => [
            a.set(load(at)),
            b.set(load(upper)),
            c.set(load(i32.add(at, toCos))),
            s.set(load(i32.add(at, toSin))),
            store(at, v.sub(v.mul(a, c), v.mul(b, s))),
            store(upper, v.add(v.mul(b, c), v.mul(a, s))),
          ]),
          start.set(i32.add(start, i32.mul(headDim, 4))),
        ]),
      ]),
    ];
  },
);

/** columnSums(out, input, positions, dim, first, end): columns, counted over all sequences. */
export const columnSums: WasmFunction = wasmFunction(
  "columnSums",
  ["out", "input", "positions", "dim", "first", "end"],
  (params, scope) => {
    const { out, input, positions, dim, first, end } = params;
    const [column, at, last, sum] = [scope.i32(), scope.i32(), scope.i32(), scope.f64()];
    const bytes = i32.mul(dim, 4);
    const sequence = i32.mul(i32.div(column, dim), i32.mul(positions, bytes));
    return [
      column.set(first),
      loop(column, end, 1, [
        sum.set(f64.of(0)),
        at.set(i32.add(i32.add(input, sequence), i32.mul(i32.rem(column, dim), 4))),
        last.set(i32.add(at, i32.mul(positions, bytes))),
        loop(at, last, bytes, [sum.set(f64.add(sum, f64.promote(f32.load(at))))]),
        f32.store(i32.add(out, i32.mul(column, 4)), f64.demote(sum)),
      ]),
    ];
  },
);
