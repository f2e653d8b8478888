/**
 * Statements of PowerShell: assignments, branches, loops, what is caught, and pipelines.
 *
 * @module
 */
import type { Node } from "web-tree-sitter";

import { evaluate, partsOf, typeName, unwrap, variableName, type World } from "./expressions.ts";
import type { Host } from "./host.ts";
import { collapse, enumerate, isTrue, PsError, textOf, type Value } from "./values.ts";
import { Variables } from "./variables.ts";

/** What a function returned, on its way out of it. */
export class Return extends Error {
  readonly outputs: readonly Value[];

  constructor(outputs: readonly Value[]) {
    super("return");
    this.outputs = outputs;
  }
}
class Continue extends Error {}

/** The script ended its shell. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Statements that were run, by where they begin. */
export type Coverage = Set<number>;

/** Whether a node is a statement that counts as run or not. */
export function isStatement({ type }: Node): boolean {
  return ["command", "assignment_expression", "flow_control_statement"].includes(type);
}

/** Runs statements; what a command does is left open. */
export abstract class Statements {
  protected readonly host: Host;
  protected readonly coverage: Coverage;
  protected readonly functions: Map<string, Node> = new Map();
  protected readonly variables: Variables;
  protected readonly world: World;

  constructor(host: Host, coverage: Coverage, variables: Readonly<Record<string, Value>>) {
    this.host = host;
    this.coverage = coverage;
    this.variables = new Variables(host.env, variables);
    this.world = {
      read: (name) => this.variables.read(name),
      run: (node) => this.run(node),
      staticOf: (type) => {
        const found = host.types[type];
        if (found === undefined) throw new Error(`the type ${type} is not in the table`);
        return found;
      },
    };
  }

  /** Runs a command with what a pipeline passes to it. */
  abstract command(node: Node, input?: readonly Value[]): Promise<Value[]>;

  /** The value of a variable. */
  read(name: string): Value {
    return this.variables.read(name);
  }

  /** Runs a statement; what it outputs. */
  protected async run(wrapped: Node): Promise<Value[]> {
    const node = unwrap(wrapped);
    if (isStatement(node)) this.coverage.add(node.startIndex);
    const rule = STATEMENTS[node.type];
    if (rule !== undefined) return this[rule](node);
    if (node.type === "post_increment_expression") {
      const name = variableName(partsOf(node)[0]!);
      this.variables.write(name, Number(this.read(name)) + 1);
      return [];
    }
    return [...enumerate(await evaluate(node, this.world))];
  }

  async all(node: Node): Promise<Value[]> {
    const outputs: Value[] = [];
    for (const part of partsOf(node)) {
      try {
        outputs.push(...(await this.run(part)));
      } catch (error) {
        // What was output before belongs to what is returned.
        if (error instanceof Return) throw new Return([...outputs, ...error.outputs]);
        throw error;
      }
    }
    return outputs;
  }

  async nothing(): Promise<Value[]> {
    return [];
  }

  async define(node: Node): Promise<Value[]> {
    this.functions.set(partsOf(node)[0]!.text.toLowerCase(), node);
    return [];
  }

  async assign(node: Node): Promise<Value[]> {
    const [left, operator, right] = partsOf(node);
    const target = unwrap(partsOf(left!)[0]!);
    const values = await this.run(right!);
    const isList = ["array_expression", "array_literal_expression"].includes(unwrap(right!).type);
    const value = isList ? values : collapse(values);
    if (target.type === "member_access") {
      const [type, name] = partsOf(target);
      this.world.staticOf(typeName(type!))[name!.text] = value;
    } else if (operator!.text === "+=") {
      const name = variableName(target);
      this.variables.write(name, [...(this.read(name) as Value[]), ...enumerate(value)]);
    } else this.variables.write(variableName(target), value);
    return [];
  }

  async choose(node: Node): Promise<Value[]> {
    const [condition, block, ...others] = partsOf(node);
    if (isTrue(collapse(await this.run(condition!)))) return this.run(block!);
    for (const other of others.flatMap((one) =>
      one.type === "elseif_clauses" ? partsOf(one) : [one],
    )) {
      const [first, second] = partsOf(other);
      if (second === undefined) return this.run(first!);
      if (isTrue(collapse(await this.run(first!)))) return this.run(second);
    }
    return [];
  }

  async loop(node: Node): Promise<Value[]> {
    const [start, condition, step, block] = partsOf(node);
    const outputs: Value[] = [];
    for (
      await this.all(start!);
      isTrue(collapse(await this.all(condition!)));
      await this.all(step!)
    ) {
      outputs.push(...(await this.once(block!)));
    }
    return outputs;
  }

  async each(node: Node): Promise<Value[]> {
    const [variable, list, block] = partsOf(node);
    const outputs: Value[] = [];
    for (const value of enumerate(collapse(await this.run(list!)))) {
      this.variables.write(variableName(variable!), value);
      outputs.push(...(await this.once(block!)));
    }
    return outputs;
  }

  private async once(block: Node): Promise<Value[]> {
    try {
      return await this.run(block);
    } catch (error) {
      if (error instanceof Continue) return [];
      throw error;
    }
  }

  async attempt(node: Node): Promise<Value[]> {
    const [block, ...clauses] = partsOf(node);
    const handler = clauses.find(({ type }) => type === "catch_clauses");
    const last = clauses.find(({ type }) => type === "finally_clause");
    try {
      return await this.run(block!);
    } catch (error) {
      if (!(error instanceof PsError) || handler === undefined) throw error;
      this.variables.write("_", { Exception: error.exception });
      return await this.run(partsOf(partsOf(handler)[0]!)[0]!);
    } finally {
      if (last !== undefined) await this.run(partsOf(last)[0]!);
    }
  }

  async leave(node: Node): Promise<Value[]> {
    const [word] = node.children;
    const [operand] = partsOf(node);
    const outputs = operand === undefined ? [] : await this.run(operand);
    if (word!.text === "return") throw new Return(outputs);
    if (word!.text === "continue") throw new Continue();
    if (word!.text === "exit") throw new Exit(Number(collapse(outputs)));
    throw new PsError(["RuntimeException"], textOf(collapse(outputs)));
  }

  async pipe(node: Node): Promise<Value[]> {
    const [first, ...others] = partsOf(node);
    let passed = await this.run(first!);
    for (const other of others) passed = await this.command(unwrap(other), passed);
    return passed;
  }
}

type Rule =
  | "all"
  | "assign"
  | "attempt"
  | "choose"
  | "command"
  | "define"
  | "each"
  | "leave"
  | "loop"
  | "nothing"
  | "pipe";

const STATEMENTS: Readonly<Record<string, Rule>> = {
  program: "all",
  statement_list: "all",
  statement_block: "all",
  script_block: "all",
  script_block_body: "all",
  param_block: "nothing",
  empty_statement: "nothing",
  function_statement: "define",
  assignment_expression: "assign",
  if_statement: "choose",
  for_statement: "loop",
  foreach_statement: "each",
  try_statement: "attempt",
  flow_control_statement: "leave",
  pipeline_chain: "pipe",
  command: "command",
};
