/**
 * Help is complete, fits 80 columns, and its examples are commands that exist.
 *
 * @module
 */
import { expect, test } from "bun:test";

import type { Command, CommandNode } from "../../src/cli/command.ts";
import { longName } from "../../src/cli/params.ts";
import { parseWords } from "../../src/cli/parse.ts";
import { SOMA } from "../../src/cli/table.ts";
import { textWidth } from "../../src/cli/text-layout.ts";
import { runIn } from "./world.ts";

const COMMANDS: readonly Command[] = SOMA.groups.flatMap((group) => group.commands);

function nodesBelow(node: CommandNode): readonly CommandNode[] {
  return [node, ...[...node.children.values()].flatMap(nodesBelow)];
}

async function help(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runIn({}, [...words, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

test.each(nodesBelow(SOMA.root).map((node) => [node.name, node] as const))(
  "soma %s --help",
  async (name, node) => {
    const text = await help(...name.split(" ").filter(Boolean));
    for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(80);
    for (const [word, child] of node.children) {
      if (!child.hidden) expect(text).toMatch(new RegExp(`^  ${word} `, "m"));
    }
    for (const [key, param] of Object.entries(node.command?.options ?? {})) {
      expect(text).toContain(` ${longName(key, param)}`);
    }
    expect(text).toContain("\nExamples\n");
    expect(text).toContain("--json");
  },
);

test("hidden commands are not listed, but work", async () => {
  expect(await help()).not.toContain("completions");
  expect(await help("completions")).toContain("<SHELL>");
});

test("`soma`, `soma help` and `soma --help` are the same", async () => {
  const wanted = await help();
  expect((await runIn({}, [])).stdout).toBe(wanted);
  expect((await runIn({}, ["help"])).stdout).toBe(wanted);
  expect((await runIn({}, ["help", "wallet", "new"])).stdout).toBe(await help("wallet", "new"));
});

test("help about what does not exist says what does", async () => {
  const { code, stderr } = await runIn({}, ["help", "wallet", "nwe"]);
  expect(code).toBe(2);
  expect(stderr).toContain("there is no command wallet nwe");
  expect(stderr).toContain("did you mean new?");
});

test.each(
  COMMANDS.flatMap((command) => command.examples.map(([line]) => [line, command] as const)),
)("example: %s", (line, command) => {
  const [program, ...words] = line.replace(/ [<>] .*$/, "").split(" ");
  expect(program).toBe(SOMA.name);
  const request = parseWords(SOMA, words);
  expect(request.kind === "run" ? request.command.name : request.kind).toBe(command.name);
});

test("the document has every command once, with its options", async () => {
  const { stdout } = await runIn({}, ["help", "--json"]);
  type Document = { name: string; summary: string; commands: Document[] };
  const names = (node: Document): string[] => [node.name, ...node.commands.flatMap(names)];
  const visible = nodesBelow(SOMA.root).filter((node) => !node.hidden);
  expect(names(JSON.parse(stdout))).toEqual(visible.map((node) => `soma ${node.name}`.trim()));
  const wallet = JSON.parse((await runIn({}, ["wallet", "new", "--help", "--json"])).stdout);
  expect(wallet.options[2]).toEqual({
    usage: "--word-length <LENGTH>",
    short: null,
    summary: "Words of the recovery phrase",
    required: false,
    default: "word12",
    choices: ["word12", "word15", "word18", "word21", "word24"],
  });
});
