/**
 * Causal attention, four queries at a time, one in each lane. Keys are packed in panels of 8
 * positions and values in panels of 8 features, so that scores and sums of values are products of
 * tiles. Every thread packs for itself and takes every `threads`-th group of queries.
 *
 * @module
 */
import { type Code, f32, type I32, i32, v } from "../wasm/code.ts";
import {
  call,
  clear,
  copy,
  type Local,
  loop,
  repeat,
  type Scope,
  type WasmFunction,
  wasmFunction,
} from "../wasm/module.ts";
import { exp, mathLocals } from "./math.ts";
import { EDGE_TILE, PACK_ROWS, TILE_COLUMNS, TILE_ROWS } from "./matmul.ts";
import { advance } from "./parts.ts";

type I = Local<"i32">;

/** The place of `scoreTile` in the module. */
const SCORE_TILE = 3;

const QUERY_BYTES = TILE_ROWS * 4;
const PANEL_BYTES = TILE_COLUMNS * 4;
const SPARE_BYTES = TILE_ROWS * PANEL_BYTES;

/** Bytes of scratch that `attend` needs. */
export function attendScratchBytes(positions: number, headDim: number): number {
  const padded = (count: number): number => Math.ceil(count / TILE_COLUMNS) * TILE_COLUMNS;
  const keys = padded(positions) * headDim * 4;
  const values = positions * padded(headDim) * 4;
  const scores = padded(positions) * QUERY_BYTES;
  return SPARE_BYTES + QUERY_BYTES + keys + values + headDim * QUERY_BYTES + scores;
}

/** What one head of one sequence is worked with. */
type Head = Readonly<
  Record<"stride" | "positions" | "headDim" | "spare" | "keys" | "values" | "queries" | "scores", I>
>;

/** scoreTile(panel, queries, out, depth): the scores of 8 keys for 4 queries. */
export const scoreTile: WasmFunction = wasmFunction(
  "scoreTile",
  ["panel", "queries", "out", "depth"],
  (params, scope) => {
    const { panel, queries, out, depth } = params;
    const sums = Array.from({ length: TILE_COLUMNS }, scope.v128);
    const [query, end] = [scope.v128(), scope.i32()];
    return [
      ...sums.map((sum) => sum.set(v.all(0))),
      end.set(i32.add(queries, i32.mul(depth, QUERY_BYTES))),
      repeat(i32.ne(queries, end), [
        query.set(v.load(queries)),
        ...sums.map((sum, key) => sum.set(v.add(sum, v.mul(v.loadSplat(panel, 4 * key), query)))),
        advance(panel, PANEL_BYTES),
        advance(queries, QUERY_BYTES),
      ]),
      ...sums.map((sum, key) => v.store(out, sum, QUERY_BYTES * key)),
    ];
  },
);

/** attend(out, query, key, value, units, positions, heads, headDim, scratch, thread, threads) */
export const attend: WasmFunction = wasmFunction(
  "attend",
  [
    "out",
    "query",
    "key",
    "value",
    "units",
    "positions",
    "heads",
    "headDim",
    "scratch",
    "thread",
    "threads",
  ],
  (params, scope) => {
    const { out, query, key, value, units, positions, heads, headDim, scratch, thread, threads } =
      params;

    const { unit, offset, group, stride } = scope.i32s("unit", "offset", "group", "stride");
    const { spare, keys, values, queries, scores } = scope.i32s(
      "spare",
      "keys",
      "values",
      "queries",
      "scores",
    );
    const head: Head = { stride, positions, headDim, spare, keys, values, queries, scores };
    const from = i32.mul(i32.div(unit, heads), i32.mul(positions, stride));
    return [
      stride.set(i32.mul(heads, i32.mul(headDim, 4))),
      spare.set(scratch),
      keys.set(i32.add(spare, SPARE_BYTES + QUERY_BYTES)),
      values.set(i32.add(keys, i32.mul(i32.mul(whole(positions), headDim), 4))),
      queries.set(i32.add(values, i32.mul(i32.mul(positions, whole(headDim)), 4))),
      scores.set(i32.add(queries, i32.mul(headDim, QUERY_BYTES))),
      unit.set(0),
      loop(unit, units, 1, [
        offset.set(i32.add(from, i32.mul(i32.rem(unit, heads), i32.mul(headDim, 4)))),
        packKeys(scope, head, i32.add(key, offset)),
        packValues(scope, head, i32.add(value, offset)),
        group.set(i32.mul(thread, TILE_ROWS)),
        loop(group, positions, i32.mul(threads, TILE_ROWS), [
          attendGroup(scope, head, group, {
            query: i32.add(query, i32.add(offset, i32.mul(group, stride))),
            out: i32.add(out, i32.add(offset, i32.mul(group, stride))),
          }),
        ]),
      ]),
    ];
  },
);

function whole(count: I32): I32 {
  return i32.and(i32.add(count, TILE_COLUMNS - 1), -TILE_COLUMNS);
}

/** keys[panel][feature][8 positions]; positions that are not there keep what they had. */
function packKeys(scope: Scope, head: Head, key: I32): Code {
  const { position, from, to, end } = scope.i32s("position", "from", "to", "end");
  const panel = i32.mul(i32.mul(i32.and(position, -TILE_COLUMNS), head.headDim), 4);
  const lane = i32.mul(i32.and(position, TILE_COLUMNS - 1), 4);
  return [
    position.set(0),
    loop(position, head.positions, 1, [
      from.set(i32.add(key, i32.mul(position, head.stride))),
      to.set(i32.add(head.keys, i32.add(panel, lane))),
      end.set(i32.add(from, i32.mul(head.headDim, 4))),
      loop(from, end, 4, [f32.store(to, f32.load(from)), advance(to, PANEL_BYTES)]),
    ]),
  ].flat();
}

/** values[panel][position][8 features]; features that are not there keep what they had. */
function packValues(scope: Scope, head: Head, value: I32): Code {
  const { feature, position, from, to, wide } = scope.i32s(
    "feature",
    "position",
    "from",
    "to",
    "wide",
  );
  return [
    feature.set(0),
    loop(feature, head.headDim, TILE_COLUMNS, [
      wide.set(i32.mul(i32.min(i32.sub(head.headDim, feature), TILE_COLUMNS), 4)),
      from.set(i32.add(value, i32.mul(feature, 4))),
      to.set(i32.add(head.values, i32.mul(i32.mul(feature, head.positions), 4))),
      position.set(0),
      loop(position, head.positions, 1, [
        copy(to, from, wide),
        advance(from, head.stride),
        advance(to, PANEL_BYTES),
      ]),
    ]),
  ].flat();
}

/** Up to four positions from `group`, whose queries and results lie at the addresses. */
function attendGroup(
  scope: Scope,
  head: Head,
  group: I,
  { query, out }: { readonly query: I32; readonly out: I32 },
): Code {
  const { rows, seen, to } = scope.i32s("rows", "seen", "to");
  return [
    rows.set(i32.min(i32.sub(head.positions, group), TILE_ROWS)),
    seen.set(i32.add(group, rows)),
    to.set(out),
    call(PACK_ROWS, head.queries, query, head.stride, head.headDim, rows),
    scoreAll(scope, head, seen),
    softmax(scope, head, group, seen),
    sumValues(scope, head, { to, rows, seen }),
    divideRows(scope, head, { to, rows }),
  ].flat();
}

/** Scores of all positions below `seen`, and of those that share the last panel. */
function scoreAll(scope: Scope, head: Head, seen: I): Code {
  const { position, panel, to } = scope.i32s("position", "panel", "to");
  return [
    position.set(0),
    panel.set(head.keys),
    to.set(head.scores),
    loop(position, seen, TILE_COLUMNS, [
      call(SCORE_TILE, panel, head.queries, to, head.headDim),
      advance(panel, i32.mul(head.headDim, PANEL_BYTES)),
      advance(to, TILE_COLUMNS * QUERY_BYTES),
    ]),
  ].flat();
}

/** Turns the scores below `seen` into exponentials; 1 ÷ their sum comes to stand in the spare. */
function softmax(scope: Scope, head: Head, group: I, seen: I): Code {
  const { at, end, position } = scope.i32s("at", "end", "position");
  const { x, y, largest, total, scale } = scope.v128s("x", "y", "largest", "total", "scale");
  const locals = mathLocals(scope);
  // Where the position comes after the query in the lane.
  const isHidden = v.igt(v.isplat(position), v.iadd(v.isplat(group), v.whole(0, 1, 2, 3)));
  const here = i32.add(head.scores, i32.mul(position, QUERY_BYTES));
  const hide = (value: number): Code[] => [
    position.set(group),
    loop(position, seen, 1, [v.store(here, v.select(v.all(value), v.load(here), isHidden))]),
  ];
  return [
    scale.set(v.splat(f32.div(f32.of(1), f32.sqrt(f32.convert(head.headDim))))),
    end.set(i32.add(head.scores, i32.mul(seen, QUERY_BYTES))),
    ...hide(-Infinity),
    largest.set(v.all(-Infinity)),
    at.set(head.scores),
    loop(at, end, QUERY_BYTES, [largest.set(v.max(v.load(at), largest))]),
    total.set(v.all(0)),
    at.set(head.scores),
    loop(at, end, QUERY_BYTES, [
      x.set(v.mul(v.sub(v.load(at), largest), scale)),
      exp(y, x, locals),
      v.store(at, y),
      total.set(v.add(total, y)),
    ]),
    ...hide(0),
    v.store(i32.add(head.spare, SPARE_BYTES), v.div(v.all(1), total)),
  ].flat();
}

/** out = Σ exponential · value. */
function sumValues(
  scope: Scope,
  head: Head,
  { to, rows, seen }: Readonly<Record<"to" | "rows" | "seen", I>>,
): Code {
  const { feature, at, row, wide, panel } = scope.i32s("feature", "at", "row", "wide", "panel");
  const zero = [
    row.set(0),
    at.set(to),
    loop(row, rows, 1, [clear(at, i32.mul(head.headDim, 4)), advance(at, head.stride)]),
  ];
  return [
    ...zero,
    feature.set(0),
    panel.set(head.values),
    loop(feature, head.headDim, TILE_COLUMNS, [
      at.set(i32.add(to, i32.mul(feature, 4))),
      wide.set(i32.min(i32.sub(head.headDim, feature), TILE_COLUMNS)),
      call(EDGE_TILE, head.scores, panel, at, head.stride, seen, rows, wide, head.spare),
      advance(panel, i32.mul(head.positions, PANEL_BYTES)),
    ]),
  ].flat();
}

/** Multiplies row r by lane r of what stands in the spare. */
function divideRows(
  scope: Scope,
  head: Head,
  { to, rows }: Readonly<Record<"to" | "rows", I>>,
): Code {
  const [row, at, end, factor] = [scope.i32(), scope.i32(), scope.i32(), scope.v128()];
  const lane = i32.add(i32.add(head.spare, SPARE_BYTES), i32.mul(row, 4));
  return [
    row.set(0),
    loop(row, rows, 1, [
      factor.set(v.loadSplat(lane)),
      at.set(i32.add(to, i32.mul(row, head.stride))),
      end.set(i32.add(at, i32.mul(head.headDim, 4))),
      loop(at, end, 4, [f32.store(at, f32.mul(f32.load(at), f32.lane(factor, 0)))]),
    ]),
  ].flat();
}
