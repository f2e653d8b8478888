/**
 * The scripts of completions, run by the shells themselves where they are installed.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { runIn, temporaryDir } from "./world.ts";

const SHELLS = { bash: Bun.which("bash"), zsh: Bun.which("zsh"), fish: Bun.which("fish") };

async function script(shell: keyof typeof SHELLS): Promise<string> {
  const path = join(temporaryDir(), `soma.${shell}`);
  writeFileSync(path, (await runIn({}, ["completions", shell])).stdout);
  return path;
}

function shellRun(program: string, args: readonly string[]): string {
  const { stdout, stderr, exitCode } = Bun.spawnSync([program, ...args]);
  expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.toString();
}

/** What each shell offers for the words of a line; "" is the word that is still to come. */
const LINES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["wal"], ["wallet"]],
  [["wallet", "sw"], ["switch"]],
  [["--json", "wallet", "sw"], ["switch"]],
  [["wallet", "new", "--word-l"], ["--word-length"]],
  [
    ["wallet", "new", "--word-length", ""],
    ["word12", "word15", "word18", "word21", "word24"],
  ],
  [["wallet", "new", "--alias", "wallet", "--key-s"], ["--key-scheme"]],
  [
    ["completions", ""],
    ["bash", "fish", "zsh"],
  ],
];

describe.skipIf(SHELLS.bash === null)("bash", () => {
  test.each(LINES)("%j", async (words, wanted) => {
    const code = `source ${await script("bash")}
      COMP_WORDS=(soma "$@"); COMP_CWORD=$#; _soma; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const offered = shellRun("bash", ["-c", code, "bash", ...words])
      .trim()
      .split("\n")
      .sort();
    expect(offered).toEqual([...wanted]);
  });

  test("after an option that wants any value, files are offered", async () => {
    const code = `source ${await script("bash")}
      COMP_WORDS=(soma --client.config ""); COMP_CWORD=2; _soma; echo "\${#COMPREPLY[@]}"`;
    expect(shellRun("bash", ["-c", code])).toBe("0\n");
  });
});

describe.skipIf(SHELLS.fish === null)("fish", () => {
  test.each(LINES)("%j", async (words, wanted) => {
    const code = `source ${await script("fish")}; complete -C "soma ${words.join(" ")}"`;
    const lines = shellRun("fish", ["--no-config", "-c", code]).trim().split("\n");
    expect(lines.map((line) => line.split("\t")[0] ?? "").sort()).toEqual([...wanted]);
  });
});

describe.skipIf(SHELLS.zsh === null)("zsh", () => {
  test.each(LINES)("%j", async (words, wanted) => {
    // The functions of zsh that show candidates are replaced by one that prints them.
    const code = `compdef() { :; }; source ${await script("zsh")}
      _describe() { print -l -- "\${(@P)2}"; }; _files() { :; }
      words=(soma "$@"); CURRENT=$#words; _soma`;
    const lines = shellRun("zsh", ["-f", "-c", code, "zsh", ...words])
      .trim()
      .split("\n");
    const names = lines.map((line) => line.split(":")[0] ?? "");
    expect(names.filter((name) => name.startsWith(words.at(-1) ?? "")).sort()).toEqual([...wanted]);
  });
});
