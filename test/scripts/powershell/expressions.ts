/**
 * Expressions of PowerShell: literals, variables, operators, members and calls. What is not here is
 * not of the part of the language that the install script keeps to.
 *
 * @module
 */
import type { Node } from "web-tree-sitter";

import {
  collapse,
  isEqual,
  isOfType,
  isTrue,
  memberOf,
  textOf,
  TypeName,
  type Value,
} from "./values.ts";

/** What expressions are evaluated in. */
export type World = {
  readonly read: (name: string) => Value;
  /** What statements output. */
  readonly run: (node: Node) => Promise<Value[]>;
  /** The static members of a type. */
  readonly staticOf: (type: string) => Record<string, Value>;
};

type Rule = (node: Node, world: World) => Promise<Value>;

/** The named children. */
export function partsOf(node: Node): Node[] {
  return node.namedChildren.filter((one) => one !== null && one.type !== "comment");
}

/** The node in the layers of precedence around it. */
export function unwrap(node: Node): Node {
  const [only] = node.children;
  return node.childCount === 1 && LAYER.has(node.type) ? unwrap(only!) : node;
}

/** The value of an expression. */
export async function evaluate(wrapped: Node, world: World): Promise<Value> {
  const node = unwrap(wrapped);
  const rule = RULES[node.type];
  if (rule !== undefined) return rule(node, world);
  throw new Error(`${node.type} is not known here: ${node.text}`);
}

/** Names of variables are without their mark and in any case. */
export function variableName(node: Node): string {
  return node.text.replace(/^[$@]\{?|\}$/g, "").toLowerCase();
}

/** Nodes that only carry others: the levels of precedence, and a few more. */
const LAYER = new Set([
  "pipeline",
  "pipeline_chain",
  "argument_expression",
  "path_command_name",
  ..."logical bitwise comparison additive multiplicative format range array_literal unary"
    .split(" ")
    .flatMap((level) => [`${level}_expression`, `${level}_argument_expression`]),
]);

const ESCAPES: Readonly<Record<string, string>> = { r: "\r", n: "\n", t: "\t", 0: "\0" };

async function text(node: Node, world: World): Promise<Value> {
  const [inner] = partsOf(node);
  if (inner!.type === "verbatim_string_characters")
    return inner!.text.slice(1, -1).replaceAll("''", "'");
  if (inner!.type === "verbatim_here_string_characters") {
    return inner!.text.replace(/^@'\r?\n/, "").replace(/\r?\n'@$/, "");
  }
  let [result, at] = ["", inner!.startIndex + 1];
  for (const part of partsOf(inner!)) {
    result += plain(node, at, part.startIndex);
    result += textOf(await evaluate(part, world));
    at = part.endIndex;
  }
  return result + plain(node, at, inner!.endIndex - 1);
}

/** The characters between two places, with what a backtick stands before. */
function plain(node: Node, from: number, to: number): string {
  const raw = node.text.slice(from - node.startIndex, to - node.startIndex);
  return raw.replace(/`(.)/gs, (_, mark: string) => ESCAPES[mark] ?? mark);
}

async function callMethod(node: Node, world: World): Promise<Value> {
  const [owner, name, given] = partsOf(node);
  const values: Value[] = [];
  for (const one of partsOf(given!).flatMap((each) =>
    each.type === "argument_expression_list" ? partsOf(each) : [each],
  )) {
    values.push(await evaluate(one, world));
  }
  const isStatic = node.child(1)!.text === "::";
  const on = isStatic ? world.staticOf(typeName(owner!)) : await evaluate(owner!, world);
  const method = memberOf(on, name!.text);
  if (typeof method !== "function") throw new Error(`there is no method ${node.text}`);
  return (await (method as (...all: Value[]) => Value)(...values)) ?? null;
}

async function member(node: Node, world: World): Promise<Value> {
  const [owner, name] = partsOf(node);
  const isStatic = node.child(1)!.text === "::";
  const on = isStatic ? world.staticOf(typeName(owner!)) : await evaluate(owner!, world);
  if (isStatic && memberOf(on, name!.text) === undefined) throw new Error(`no ${node.text}`);
  return memberOf(on, name!.text) ?? null;
}

/** The name in a type literal, without that of the library that everything is in. */
export function typeName(node: Node): string {
  return node.text.replace(/^\[(?:System\.)?|\]$/g, "");
}

async function unary(node: Node, world: World): Promise<Value> {
  const [first] = node.children;
  if (first!.type === "cast_expression") {
    const [type, operand] = partsOf(first!);
    const value = await evaluate(operand!, world);
    if (typeName(type!) !== "int") throw new Error(`no cast to ${type!.text}`);
    return Number(textOf(value));
  }
  const value = await evaluate(partsOf(node)[0]!, world);
  if (first!.text === "-not") return !isTrue(value);
  if (first!.text === "-") return -Number(value);
  throw new Error(`no operator ${first!.text}`);
}

/** Operators between two values. */
const OPERATORS: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  "-eq": isEqual,
  "-ne": (left, right) => !isEqual(left, right),
  "-lt": (left, right) => Number(left) < Number(right),
  "-ge": (left, right) => Number(left) >= Number(right),
  "-in": (left, right) => (right as Value[]).some((one) => isEqual(left, one)),
  "-notin": (left, right) => !(right as Value[]).some((one) => isEqual(left, one)),
  "-match": (left, right) => new RegExp(textOf(right), "i").test(textOf(left)),
  "-notmatch": (left, right) => !new RegExp(textOf(right), "i").test(textOf(left)),
  "-split": (left, right) => textOf(left).split(new RegExp(textOf(right), "i")),
  "-replace": (left, right) => {
    const [pattern, by] = right as [string, string];
    return textOf(left).replaceAll(new RegExp(pattern, "gi"), by);
  },
  "-is": (left, right) => isOfType(left, right as TypeName),
  "-bor": (left, right) => Number(left) | Number(right),
  "+": (left, right) => textOf(left) + textOf(right),
};

async function binary(node: Node, world: World): Promise<Value> {
  const parts = node.children.filter((one) => one !== null && one.type !== "comment");
  let left = await evaluate(parts[0]!, world);
  for (let index = 1; index < parts.length; index += 2) {
    const operator = parts[index]!.text.toLowerCase();
    if (operator === "-and" || operator === "-or") {
      const isDecided = isTrue(left) === (operator === "-or");
      left = isDecided ? isTrue(left) : isTrue(await evaluate(parts[index + 1]!, world));
      continue;
    }
    const apply = OPERATORS[operator];
    if (apply === undefined) throw new Error(`no operator ${operator}: ${node.text}`);
    left = apply(left, await evaluate(parts[index + 1]!, world));
  }
  return left;
}

async function list(node: Node, world: World): Promise<Value> {
  const values: Value[] = [];
  for (const part of partsOf(node)) values.push(await evaluate(part, world));
  return values;
}

async function hash(node: Node, world: World): Promise<Value> {
  const entries = node.descendantsOfType("hash_entry").map((entry) => partsOf(entry));
  const table = new Map<string, Value>();
  for (const [key, value] of entries) table.set(key!.text, collapse(await world.run(value!)));
  return table;
}

const statements: Rule = async (node, world) => {
  const outputs: Value[] = [];
  for (const part of partsOf(node)) outputs.push(...(await world.run(part)));
  return collapse(outputs);
};

const RULES: Readonly<Record<string, Rule>> = {
  variable: async (node, world) => world.read(variableName(node)),
  string_literal: text,
  integer_literal: async (node) => Number(node.text),
  generic_token: async (node) => node.text,
  type_literal: async (node) => new TypeName(typeName(node)),
  array_literal_expression: list,
  array_expression: async (node, world) => {
    const value = await statements(node, world);
    return Array.isArray(value) ? value : value === null ? [] : [value];
  },
  hash_literal_expression: hash,
  parenthesized_expression: statements,
  sub_expression: statements,
  member_access: member,
  element_access: async (node, world) => {
    const [owner, index] = partsOf(node);
    return memberOf(await evaluate(owner!, world), textOf(await evaluate(index!, world))) ?? null;
  },
  invokation_expression: callMethod,
  expression_with_unary_operator: unary,
  logical_expression: binary,
  bitwise_expression: binary,
  comparison_expression: binary,
  additive_expression: binary,
  script_block_expression: async (node) => node,
};
