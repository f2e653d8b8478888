/**
 * Functions and modules of WebAssembly: locals, loops, and the binary format around them. A module
 * has one shared memory that it imports, and exports every function by its name.
 *
 * @module
 */
import { type Code, type I32, i32, int, type Type, uleb, type Value } from "./code.ts";

/** A variable of a function; as a value it is what it holds. */
export type Local<T extends Type> = Value<T> & {
  readonly set: (value: T extends "i32" ? I32 : Value<T>) => Code;
};

/** A function of a module. */
export type WasmFunction = {
  readonly name: string;
  readonly params: readonly Type[];
  /** The types of further locals. */
  readonly locals: readonly Type[];
  readonly body: Code;
};

/** Declares the locals of a function, one by one or several by name. */
export type Scope = {
  readonly i32: () => Local<"i32">;
  readonly f64: () => Local<"f64">;
  readonly v128: () => Local<"v128">;
  readonly i32s: <N extends string>(...names: readonly N[]) => Readonly<Record<N, Local<"i32">>>;
  readonly v128s: <N extends string>(...names: readonly N[]) => Readonly<Record<N, Local<"v128">>>;
};

const TYPE_CODES: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const VOID = 0x40;
const BLOCK = 0x02;
const LOOP = 0x03;
const BRANCH = 0x0c;
const BRANCH_IF = 0x0d;
/** Magic and version. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const END = 0x0b;

/** Writes a function whose parameters are whole numbers. */
export function wasmFunction<N extends string>(
  name: string,
  params: readonly N[],
  write: (params: Readonly<Record<N, Local<"i32">>>, scope: Scope) => readonly Code[],
): WasmFunction {
  const types: Type[] = [];
  const local = <T extends Type>(type: T): Local<T> => {
    const index = types.push(type) - 1;
    const set = (value: I32 | Value<Type>): Code => {
      return [...(typeof value === "number" ? int(value) : value).code, 0x21, ...uleb(index)];
    };
    return { type, code: [0x20, ...uleb(index)], set };
  };
  const several = <K extends string, T extends Type>(names: readonly K[], type: T) =>
    Object.fromEntries(names.map((each) => [each, local(type)])) as Record<K, Local<T>>;
  const body = write(several(params, "i32"), {
    i32: () => local("i32"),
    f64: () => local("f64"),
    v128: () => local("v128"),
    i32s: (...names) => several(names, "i32"),
    v128s: (...names) => several(names, "v128"),
  }).flat();
  const count = params.length;
  return { name, params: types.slice(0, count), locals: types.slice(count), body };
}

/** Runs `body` while `at` is below `end`, adding `step` after each time. */
export function loop(at: Local<"i32">, end: I32, step: I32, body: readonly Code[]): Code {
  return [
    BLOCK,
    VOID,
    LOOP,
    VOID,
    ...i32.ge(at, end).code,
    BRANCH_IF,
    1,
    ...body.flat(),
    ...at.set(i32.add(at, step)),
    BRANCH,
    0,
    END,
    END,
  ];
}

/** Runs `body` and again as long as `condition` holds after it. */
export function repeat(condition: I32, body: readonly Code[]): Code {
  return [LOOP, VOID, ...body.flat(), ...int(condition).code, BRANCH_IF, 0, END];
}

/** Runs `then` if the condition is not 0, else `otherwise`. */
export function when(condition: I32, then: readonly Code[], otherwise: readonly Code[] = []): Code {
  const rest = otherwise.length === 0 ? [] : [0x05, ...otherwise.flat()];
  return [...int(condition).code, 0x04, VOID, ...then.flat(), ...rest, END];
}

/** Copies bytes. */
export function copy(to: I32, from: I32, bytes: I32): Code {
  return [...int(to).code, ...int(from).code, ...int(bytes).code, 0xfc, 10, 0, 0];
}

/** Fills bytes with zero. */
export function clear(to: I32, bytes: I32): Code {
  return [...int(to).code, ...int(0).code, ...int(bytes).code, 0xfc, 11, 0];
}

/** Calls the function `index` of the module. */
export function call(index: number, ...operands: readonly I32[]): Code {
  return [...operands.flatMap((operand) => int(operand).code), 0x10, ...uleb(index)];
}

/** The binary of a module; its memory is `env.memory`, shared, of up to `pagesMax` pages. */
export function encodeModule(
  functions: readonly WasmFunction[],
  pagesMax: number,
): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params }) => [
    0x60,
    ...list(params.map((type) => [TYPE_CODES[type]])),
    0,
  ]);
  const memory = [...text("env"), ...text("memory"), 0x02, 0x03, ...uleb(1), ...uleb(pagesMax)];
  const exports = functions.map(({ name }, index) => [...text(name), 0x00, ...uleb(index)]);
  return Uint8Array.from([
    ...PREAMBLE,
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, index) => uleb(index)))),
    ...section(7, list(exports)),
    ...section(10, list(functions.map(encodeBody))),
  ]);
}

function encodeBody({ locals, body }: WasmFunction): number[] {
  const code = [...list(locals.map((type) => [1, TYPE_CODES[type]])), ...body, END];
  return [...uleb(code.length), ...code];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...uleb(content.length), ...content];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...uleb(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return list([...new TextEncoder().encode(value)].map((byte) => [byte]));
}
