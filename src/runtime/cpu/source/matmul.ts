/**
 * Linear maps. The matrix lies in panels of 8 columns, the rows are packed in groups of 4, both
 * with the depth running outermost; a tile of 4 × 8 sums stays in registers while the depth runs.
 * Eight sums and no unrolling is what the engine keeps in registers. A sum runs from the lowest
 * depth up, in blocks of DEPTH_BLOCK that are added to it in turn.
 *
 * @module
 */
import { type Code, f32, type I32, i32, v } from "../wasm/code.ts";
import {
  call,
  copy,
  type Local,
  loop,
  repeat,
  type Scope,
  type WasmFunction,
  wasmFunction,
  when,
} from "../wasm/module.ts";
import { gelu, mathLocals } from "./math.ts";
import { advance, eachPart } from "./parts.ts";

/** Rows of a tile. */
export const TILE_ROWS = 4;
/** Columns of a tile, and of a panel. */
export const TILE_COLUMNS = 8;
/** A panel's block of this depth stays in the first cache, a block of packed rows in the second. */
const DEPTH_BLOCK = 256;
const ROW_BLOCK = 128;

/** Bytes of scratch that `linear` needs: packed rows, then one tile. */
export const LINEAR_SCRATCH_BYTES: number =
  (ROW_BLOCK * DEPTH_BLOCK + TILE_ROWS * TILE_COLUMNS) * 4;
const TILE_AT = ROW_BLOCK * DEPTH_BLOCK * 4;

const PACKED_ROW = TILE_ROWS * 4;
const PANEL_ROW = TILE_COLUMNS * 4;

/** How the mode is passed that applies GELU. */
export const GELU = 1;
/** How the mode is passed that adds to what is there. */
export const ADD = 2;

const TILE = 0;
/** The place of `edgeTile` in the module. */
export const EDGE_TILE = 1;
/** The place of `packRows` in the module. */
export const PACK_ROWS = 2;

/** tile(rows, panel, out, stride, depth): adds a product of 4 packed rows and a panel to `out`. */
export const tile: WasmFunction = wasmFunction(
  "tile",
  ["a", "b", "out", "stride", "depth"],
  ({ a, b, out, stride, depth }, scope) => {
    const sums = Array.from({ length: TILE_ROWS * 2 }, () => scope.v128());
    const { left, right, value } = scope.v128s("left", "right", "value");
    const { end, at } = scope.i32s("end", "at");
    const eachRow = (
      work: (row: number, lower: Local<"v128">, upper: Local<"v128">) => Code,
    ): Code =>
      Array.from({ length: TILE_ROWS }, (_, row) =>
        work(row, sums[2 * row]!, sums[2 * row + 1]!),
      ).flat();
    const walk = (work: (lower: Local<"v128">, upper: Local<"v128">) => Code): Code => [
      ...at.set(out),
      ...eachRow((_, lower, upper) => [...work(lower, upper), ...at.set(i32.add(at, stride))]),
    ];
    return [
      walk((lower, upper) => [...lower.set(v.load(at)), ...upper.set(v.load(at, 16))]),
      end.set(i32.add(a, i32.mul(depth, PACKED_ROW))),
      repeat(i32.ne(a, end), [
        left.set(v.load(b)),
        right.set(v.load(b, 16)),
        eachRow((row, lower, upper) => [
          ...value.set(v.loadSplat(a, 4 * row)),
          ...lower.set(v.add(lower, v.mul(value, left))),
          ...upper.set(v.add(upper, v.mul(value, right))),
        ]),
        b.set(i32.add(b, PANEL_ROW)),
        a.set(i32.add(a, PACKED_ROW)),
      ]),
      walk((lower, upper) => [...v.store(at, lower), ...v.store(at, upper, 16)]),
    ];
  },
);

/** edgeTile(rows, panel, out, stride, depth, height, width, spare): `tile` at an edge of `out`. */
export const edgeTile: WasmFunction = wasmFunction(
  "edgeTile",
  ["a", "b", "out", "stride", "depth", "height", "width", "spare"],
  ({ a, b, out, stride, depth, height, width, spare }, scope) => {
    const { row, outer, inner } = scope.i32s("row", "outer", "inner");
    const bytes = i32.mul(width, 4);
    const rows = (work: Code): Code => [
      ...outer.set(out),
      ...inner.set(spare),
      ...loop(row, height, 1, [
        work,
        outer.set(i32.add(outer, stride)),
        inner.set(i32.add(inner, PANEL_ROW)),
      ]),
    ];
    return [
      row.set(0),
      rows(copy(inner, outer, bytes)),
      call(TILE, a, b, spare, PANEL_ROW, depth),
      row.set(0),
      rows(copy(outer, inner, bytes)),
    ];
  },
);

/** packRows(out, input, stride, depth, rows): groups of 4 rows, rows that are not there as 0. */
export const packRows: WasmFunction = wasmFunction(
  "packRows",
  ["out", "input", "stride", "depth", "rows"],
  ({ out, input, stride, depth, rows }, scope) => {
    const { row, k, from, to } = scope.i32s("row", "k", "from", "to");
    const group = i32.mul(i32.and(row, -TILE_ROWS), i32.mul(depth, 4));
    const padded = i32.and(i32.add(rows, TILE_ROWS - 1), -TILE_ROWS);
    return [
      row.set(0),
      loop(row, padded, 1, [
        to.set(i32.add(i32.add(out, group), i32.mul(i32.and(row, TILE_ROWS - 1), 4))),
        from.set(i32.add(input, i32.mul(row, stride))),
        k.set(0),
        when(
          i32.lt(row, rows),
          [
            loop(k, depth, 1, [
              f32.store(to, f32.load(from)),
              advance(from, 4),
              advance(to, PACKED_ROW),
            ]),
          ],
          [loop(k, depth, 1, [f32.store(to, f32.of(0)), advance(to, PACKED_ROW)])],
        ),
      ]),
    ];
  },
);

/** linear(out, input, panels, bias, depth, width, mode, scratch, first, end): rows [first, end). */
export const linear: WasmFunction = wasmFunction(
  "linear",
  ["out", "input", "panels", "bias", "depth", "width", "mode", "scratch", "first", "end"],
  (params, scope) => {
    const { out, input, panels, bias, depth, width, mode, scratch, first, end } = params;
    const { row, rows, from, deep } = scope.i32s("row", "rows", "from", "deep");
    const { outAt, inAt, at, column } = scope.i32s("outAt", "inAt", "at", "column");
    const [outStride, inStride] = [i32.mul(width, 4), i32.mul(depth, 4)];
    const blockOfRows: readonly Code[] = [
      rows.set(i32.min(i32.sub(end, row), ROW_BLOCK)),
      outAt.set(i32.add(out, i32.mul(row, outStride))),
      inAt.set(i32.add(input, i32.mul(row, inStride))),
      begin(scope, { outAt, bias, width, rows, mode }),
      from.set(0),
      loop(from, depth, DEPTH_BLOCK, [
        deep.set(i32.min(i32.sub(depth, from), DEPTH_BLOCK)),
        call(PACK_ROWS, scratch, i32.add(inAt, i32.mul(from, 4)), inStride, deep, rows),
        column.set(0),
        loop(column, width, TILE_COLUMNS, [
          // Panel column / 8 has depth · 8 numbers.
          at.set(
            i32.add(
              panels,
              i32.mul(i32.add(i32.mul(column, depth), i32.mul(from, TILE_COLUMNS)), 4),
            ),
          ),
          tiles(scope, { at, outAt, column, width, rows, deep, scratch, outStride }),
        ]),
      ]),
      when(i32.eq(mode, GELU), [geluAll(scope, outAt, i32.mul(rows, width))]),
    ];
    return [row.set(first), loop(row, end, ROW_BLOCK, blockOfRows)];
  },
);

type I = Local<"i32">;

/** out = bias, or out + bias where sums are added to what is there. */
function begin(
  scope: Scope,
  {
    outAt,
    bias,
    width,
    rows,
    mode,
  }: Readonly<Record<"outAt" | "bias" | "width" | "rows" | "mode", I>>,
): Code {
  const { row, to, from, column } = scope.i32s("row", "to", "from", "column");
  return [
    row.set(0),
    to.set(outAt),
    loop(row, rows, 1, [
      when(
        i32.eq(mode, ADD),
        [
          from.set(bias),
          column.set(0),
          loop(column, width, 1, [
            f32.store(to, f32.add(f32.load(to), f32.load(from))),
            advance(to, 4),
            advance(from, 4),
          ]),
        ],
        [copy(to, bias, i32.mul(width, 4)), advance(to, i32.mul(width, 4))],
      ),
    ]),
  ].flat();
}

/** One panel with all packed rows of a block. */
function tiles(
  scope: Scope,
  block: Readonly<Record<"at" | "outAt" | "column" | "width" | "rows" | "deep" | "scratch", I>> & {
    readonly outStride: I32;
  },
): Code {
  const { at, outAt, column, width, rows, deep, scratch, outStride } = block;
  const { row, packed, to, high, wide } = scope.i32s("row", "packed", "to", "high", "wide");
  const isWhole = i32.eq(i32.add(high, wide), TILE_ROWS + TILE_COLUMNS);
  return [
    row.set(0),
    packed.set(scratch),
    to.set(i32.add(outAt, i32.mul(column, 4))),
    wide.set(i32.min(i32.sub(width, column), TILE_COLUMNS)),
    loop(row, rows, TILE_ROWS, [
      high.set(i32.min(i32.sub(rows, row), TILE_ROWS)),
      when(
        isWhole,
        [call(TILE, packed, at, to, outStride, deep)],
        [call(EDGE_TILE, packed, at, to, outStride, deep, high, wide, i32.add(scratch, TILE_AT))],
      ),
      advance(packed, i32.mul(deep, PACKED_ROW)),
      advance(to, i32.mul(outStride, TILE_ROWS)),
    ]),
  ].flat();
}

/** GELU of `count` numbers in place. */
function geluAll(scope: Scope, start: I, count: I32): Code {
  const [at, x, y] = [scope.i32(), scope.v128(), scope.v128()];
  const locals = mathLocals(scope);
  return eachPart(scope, { at, start, count }, ({ load, store }) => [
    x.set(load(at)),
    gelu(y, x, locals),
    store(at, y),
  ]);
}
