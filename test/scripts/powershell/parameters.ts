/**
 * What functions and scripts declare, and the words that are given to them.
 *
 * @module
 */
import type { Node } from "web-tree-sitter";

import { partsOf, typeName, unwrap, variableName } from "./expressions.ts";
import type { Value } from "./values.ts";

/** Words behind a command: values in order, and by name. */
export type Words = { readonly positional: Value[]; readonly named: Map<string, Value> };

/** A parameter that a function or script declares. */
export type Parameter = {
  readonly name: string;
  readonly type: string;
  readonly initial: Node | undefined;
};

/** What a function or script declares. */
export function parametersOf(declaration: Node | undefined): Parameter[] {
  const nodes = declaration?.descendantsOfType("script_parameter") ?? [];
  return nodes.map((node) => {
    const parts = partsOf(node);
    const type = parts.find((one) => one.type === "attribute_list");
    const initial = parts.find((one) => one.type === "script_parameter_default");
    return {
      name: variableName(parts.find((one) => one.type === "variable")!),
      type: type === undefined ? "" : typeName(type),
      initial: initial && partsOf(initial)[0],
    };
  });
}

/** The names of those that take no value. */
export function switchesOf(declaration: Node | undefined): string[] {
  return parametersOf(declaration).flatMap(({ name, type }) => (type === "switch" ? [name] : []));
}

/** The words of a command behind its name. */
export function elementsOf(elements: Node | undefined): Node[] {
  if (elements === undefined) return [];
  return partsOf(elements)
    .filter(({ type }) => type !== "command_argument_sep")
    .map(unwrap);
}

/** What a script's own parameters take of the words typed behind its name, and the rest. */
export function wordsTyped(
  typed: readonly string[],
  block: Node,
): { words: Words; rest: string[] } {
  const parameters = parametersOf(block);
  const words: Words = { positional: [], named: new Map() };
  const [rest, waiting]: [string[], string[]] = [[], [...typed]];
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    const found = parameters.find(({ name }) => `-${name}` === word.toLowerCase());
    if (found !== undefined)
      words.named.set(found.name, found.type === "switch" || waiting.shift());
    else if (word.startsWith("-")) rest.push(word);
    else words.positional.push(word);
  }
  return { words, rest };
}
