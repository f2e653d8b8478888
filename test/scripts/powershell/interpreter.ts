/**
 * Runs scripts of PowerShell as far as the install script needs: commands, functions, programs.
 * It is strict where the real one is lenient: a variable that was never set, a command or parameter
 * that is not in the tables, and a form that it does not know are errors. So what it runs is
 * defined, spelled out, and of the old version of the language.
 *
 * @module
 */
import type { Node } from "web-tree-sitter";

import { evaluate, partsOf, variableName } from "./expressions.ts";
import type { Cmdlet } from "./host.ts";
import { elementsOf, parametersOf, switchesOf, type Words, wordsTyped } from "./parameters.ts";
import { Return, Statements } from "./statements.ts";
import { collapse, enumerate, PsError, textOf, type Value } from "./values.ts";
import type { Scope } from "./variables.ts";

/** One run of a script. */
export class Interpreter extends Statements {
  /** Runs a script with what was typed behind its name; what it outputs. */
  async script(program: Node, words: readonly string[]): Promise<Value[]> {
    const [first] = partsOf(program);
    if (first?.type === "param_block") {
      const typed = wordsTyped(words, first);
      await this.bind(first, typed.words, this.variables.scopes[0]!);
      this.variables.write("args", typed.rest);
    }
    return this.run(program);
  }

  override async command(node: Node, input: readonly Value[] = []): Promise<Value[]> {
    if (node.type !== "command") throw new Error(`${node.type} in a pipeline: ${node.text}`);
    this.coverage.add(node.startIndex);
    const [name, elements] = partsOf(node).filter(
      ({ type }) => type !== "command_invokation_operator",
    );
    if (name!.type === "command_name_expr") {
      const program = textOf(await evaluate(partsOf(name!)[0]!, this.world));
      return this.native(program, elements);
    }
    const defined = this.functions.get(name!.text.toLowerCase());
    if (defined !== undefined) return this.call(defined, elements);
    const cmdlet = this.host.cmdlets[name!.text];
    if (cmdlet === undefined) throw new Error(`no command ${name!.text} is in the tables`);
    return this.cmdlet(cmdlet, elements, input);
  }

  private async native(program: string, elements: Node | undefined): Promise<Value[]> {
    const words: string[] = [];
    for (const part of elementsOf(elements)) {
      if (part.type === "command_parameter") words.push(part.text);
      else for (const one of enumerate(await evaluate(part, this.world))) words.push(textOf(one));
    }
    const { code, lines } = await this.host.start(program, words);
    this.variables.write("global:lastexitcode", code);
    return lines;
  }

  private async call(definition: Node, elements: Node | undefined): Promise<Value[]> {
    const parameters = partsOf(definition).find(
      ({ type }) => type === "function_parameter_declaration",
    );
    const words = await this.words(elements, (name) => switchesOf(parameters).includes(name));
    const scope: Scope = new Map();
    await this.bind(parameters, words, scope);
    this.variables.scopes.push(scope);
    try {
      return await this.run(partsOf(definition).at(-1)!);
    } catch (error) {
      if (error instanceof Return) return [...error.outputs];
      throw error;
    } finally {
      this.variables.scopes.pop();
    }
  }

  private async bind(parameters: Node | undefined, words: Words, scope: Scope): Promise<void> {
    const waiting = [...words.positional];
    for (const parameter of parametersOf(parameters)) {
      const { name, type, initial } = parameter;
      const given = words.named.has(name)
        ? words.named.get(name)
        : type === "switch"
          ? false
          : waiting.shift();
      const value = given ?? (initial === undefined ? null : await evaluate(initial, this.world));
      scope.set(name, this.host.convert(type, value));
      words.named.delete(name);
    }
    const [unknown] = [...words.named.keys(), ...waiting];
    if (unknown !== undefined) throw new Error(`nothing takes ${textOf(unknown)}`);
  }

  private async cmdlet(
    cmdlet: Cmdlet,
    elements: Node | undefined,
    input: readonly Value[],
  ): Promise<Value[]> {
    const known = { ErrorAction: "value", ...cmdlet.parameters };
    const kinds = new Map(Object.entries(known).map(([name, kind]) => [name.toLowerCase(), kind]));
    const words = await this.words(elements, (name) => kinds.get(name) === "switch");
    for (const [index, name] of (cmdlet.positional ?? []).entries()) {
      if (index < words.positional.length)
        words.named.set(name.toLowerCase(), words.positional[index]);
    }
    const unknown = [...words.named.keys()].find((name) => !kinds.has(name));
    if (unknown !== undefined) throw new Error(`Windows PowerShell 5.1 has no -${unknown} there`);
    const block = async (body: Value, item: Value): Promise<Value> => {
      this.variables.write("_", item);
      return collapse(await this.run(partsOf(body as Node)[0]!));
    };
    try {
      return await cmdlet.run({ named: words.named, input, block });
    } catch (error) {
      if (!(error instanceof PsError)) throw error;
      const action = textOf(words.named.get("erroraction") ?? this.read("erroractionpreference"));
      if (action === "SilentlyContinue") return [];
      if (action === "Stop") throw error;
      this.host.say(error.message);
      return [];
    }
  }

  /** What stands behind a command: values in order, and by name. */
  private async words(
    elements: Node | undefined,
    isSwitch: (name: string) => boolean,
  ): Promise<Words> {
    const words: Words = { positional: [], named: new Map() };
    const parts = elementsOf(elements);
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      if (part.type === "command_parameter") {
        const name = part.text.slice(1).toLowerCase();
        words.named.set(name, isSwitch(name) ? true : await evaluate(parts.shift()!, this.world));
      } else if (part.text.startsWith("@") && part.type === "variable") {
        const splat = this.read(variableName(part)) as Map<string, Value>;
        for (const [name, value] of splat) words.named.set(name.toLowerCase(), value);
      } else words.positional.push(await evaluate(part, this.world));
    }
    return words;
  }
}
