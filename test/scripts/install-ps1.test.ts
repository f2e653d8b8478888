/**
 * The install script for Windows keeps to the grammar of PowerShell, which itself is not where
 * these tests run.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { Language, type Node, Parser } from "web-tree-sitter";

const SCRIPT = readFileSync(new URL("../../installer/install.ps1", import.meta.url), "utf8");
const GRAMMAR = "tree-sitter-powershell/tree-sitter-powershell.wasm";

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(fileURLToPath(import.meta.resolve(GRAMMAR))));

/** The lines where a text is not PowerShell. */
function mistakes(text: string): number[] {
  const visit = (node: Node): number[] =>
    node.isError || node.isMissing
      ? [node.startPosition.row + 1]
      : node.children.flatMap((child) => (child?.hasError ? visit(child) : []));
  return visit(parser.parse(text)!.rootNode);
}

/** The script as a release has it. */
const filled = SCRIPT.replaceAll("@TAG@", "testnet-v1.2.3")
  .replaceAll("@BASE_URL@", "")
  .replaceAll("@SUMS@", `${"0".repeat(64)}  soma-testnet-v1.2.3-windows-x64.tar.gz`);

test("it parses, as a template and as released", () => {
  expect(mistakes(SCRIPT)).toEqual([]);
  expect(mistakes(filled)).toEqual([]);
});

test("nothing is left to fill in", () => {
  expect(filled).not.toMatch(/@[A-Z_]+@/);
});

test("every line without its last bracket would be found", () => {
  const lines = filled.split("\n");
  const ends = lines.flatMap((line, index) => (/[)}]$/.test(line) ? [index] : []));
  expect(ends.length).toBeGreaterThan(20);
  for (const index of ends) {
    const broken = lines.with(index, lines[index]!.slice(0, -1)).join("\n");
    expect({ index, found: mistakes(broken).length > 0 }).toEqual({ index, found: true });
  }
});

test("only the last lines end the shell that runs it", () => {
  const exits = [...filled.matchAll(/^.*\bexit\b(?! code).*$/gm)].map(([line]) => line);
  expect(exits.filter((line) => !line.startsWith("#"))).toEqual([
    "if ($MyInvocation.MyCommand.Path) { exit $script:InstallCode }",
  ]);
});
