/**
 * The grammar of PowerShell.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

import { Language, type Node, Parser } from "web-tree-sitter";

const GRAMMAR = "tree-sitter-powershell/tree-sitter-powershell.wasm";

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(fileURLToPath(import.meta.resolve(GRAMMAR))));

/** The tree of a script. */
export function parseScript(text: string): Node {
  return parser.parse(text)!.rootNode;
}

/** The lines where a text is not PowerShell. */
export function mistakes(text: string): number[] {
  const visit = (node: Node): number[] =>
    node.isError || node.isMissing
      ? [node.startPosition.row + 1]
      : node.children.flatMap((child) => (child?.hasError ? visit(child) : []));
  return visit(parseScript(text));
}
