/**
 * How kernels walk over a row of any length: four numbers at a time, then what is left one by one,
 * with the same instructions on all lanes of one number.
 *
 * @module
 */
import { type Code, type F32, f32, type I32, i32, v, type V128 } from "../wasm/code.ts";
import { type Local, loop, type Scope } from "../wasm/module.ts";

/** How the numbers of a part are taken from an address and put there. */
export type Access = {
  readonly load: (address: I32) => V128;
  readonly store: (address: I32, value: V128) => Code;
};

const FOUR: Access = { load: v.load, store: v.store };
const ONE: Access = {
  load: v.loadSplat,
  store: (address, value) => f32.store(address, f32.lane(value, 0)),
};

/** `count` numbers from `start`; `at` is the address of the part at hand. */
export type Row = { readonly at: Local<"i32">; readonly start: I32; readonly count: I32 };

/** What is summed: the code leaves it in `x`. */
export type Term = {
  readonly x: Local<"v128">;
  readonly code: (access: Access) => readonly Code[];
};

/** Goes over the parts of a row. */
export function eachPart(
  scope: Scope,
  { at, start, count }: Row,
  four: (access: Access) => readonly Code[],
  one: (access: Access) => readonly Code[] = four,
): Code {
  const end = scope.i32();
  return [
    at.set(start),
    end.set(i32.add(at, i32.mul(count, 4))),
    loop(at, i32.sub(end, 12), 16, four(FOUR)),
    loop(at, end, 4, one(ONE)),
  ].flat();
}

/** target = the sum of what `term` leaves in `x` for each part, in all lanes. */
export function sumParts(scope: Scope, row: Row, target: Local<"v128">, term: Term): Code {
  const { lanes, rest } = scope.v128s("lanes", "rest");
  return [
    lanes.set(v.all(0)),
    rest.set(v.all(0)),
    eachPart(
      scope,
      row,
      (access) => [...term.code(access), lanes.set(v.add(lanes, term.x))],
      (access) => [...term.code(access), rest.set(v.add(rest, term.x))],
    ),
    target.set(v.splat(f32.add(fold(lanes, f32.add), f32.lane(rest, 0)))),
  ].flat();
}

/** The lanes of a vector as one number. */
export function fold(vector: V128, join: (a: F32, b: F32) => F32): F32 {
  const lane = (index: number): F32 => f32.lane(vector, index);
  return join(join(lane(0), lane(1)), join(lane(2), lane(3)));
}

/** Moves an address on. */
export function advance(local: Local<"i32">, bytes: I32): Code {
  return local.set(i32.add(local, bytes));
}
