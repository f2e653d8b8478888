/**
 * The install script for Windows keeps to the grammar of PowerShell, to what version 5.1 of it has,
 * and to what install.sh says and does.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";

import { SUP_EXIT } from "../../src/sup/failures.ts";
import { mistakes, parseScript } from "./powershell/syntax.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../installer/${name}`, import.meta.url), "utf8");
const SCRIPT = read("install.ps1");
const SH = read("install.sh");

/** The script as a release has it. */
const filled = SCRIPT.replaceAll("@TAG@", "testnet-v1.2.3")
  .replaceAll("@BASE_URL@", "")
  .replaceAll("@SUMS@", `${"0".repeat(64)}  soma-testnet-v1.2.3-windows-x64.tar.gz`);
const program = parseScript(filled);

/** The texts of all nodes of a type. */
function textsOf(type: string): string[] {
  return program.descendantsOfType(type).map((node) => node.text);
}

/** The script without comments and texts. */
function code(): string {
  const places = ["comment", "string_literal"].flatMap((type) => program.descendantsOfType(type));
  const characters = filled.split("");
  for (const { startIndex, endIndex } of places.map((node) => node)) {
    characters.fill(" ", startIndex, endIndex);
  }
  return characters.join("");
}

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

describe("on Windows PowerShell 5.1", () => {
  test("no line has what came later, nor what its code page would spoil", () => {
    expect(code()).not.toMatch(/\?\?|\?\.|\?\[|&&|\|\||\bclean\b|-Parallel\b| \? /i);
    expect(filled).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("every command has its whole name", () => {
    const defined = textsOf("function_name");
    for (const name of textsOf("command_name")) {
      if (!defined.includes(name)) expect(name).toMatch(/^[A-Z][A-Za-z]+-[A-Z][A-Za-z]+$/);
    }
  });

  test("the web is asked by TLS 1.2 at least, and errors stop it", () => {
    expect(textsOf("type_literal")).toContain("[Net.SecurityProtocolType]");
    const assigned = textsOf("assignment_expression");
    expect(assigned).toContain("$ErrorActionPreference = 'Stop'");
    expect(assigned).toContain("$ProgressPreference = 'SilentlyContinue'");
  });
});

describe("beside install.sh", () => {
  test("it takes the same options", () => {
    const [, usage = ""] = /usage: install\.sh (.*)'/.exec(SH) ?? [];
    const wanted = usage.replaceAll(/--([a-z])([a-z]*)(?:-([a-z])([a-z]*))?/g, (_, ...parts) => {
      const [a, b, c = "", d = ""] = parts as string[];
      return `-${a!.toUpperCase()}${b}${c.toUpperCase()}${d}`;
    });
    expect(wanted).toContain("-BinDir DIR");
    expect(filled).toContain(`usage: install.ps1 ${wanted}`);
  });

  test("it names the same exit codes, and ends with no other", () => {
    const named = (text: string): string[] =>
      text.replaceAll(/\n# /g, " ").match(/Exit codes: [^.]*/g) ?? [];
    expect(named(SCRIPT)).toEqual(named(SH));
    const codes = [...filled.matchAll(/Stop-Install (\d)/g)].map(([, one]) => Number(one));
    const ownOfSup = [SUP_EXIT.locked];
    const all = [2, ...Object.values(SUP_EXIT)].filter((one) => !ownOfSup.includes(one as 7));
    expect(new Set(codes)).toEqual(new Set(all));
  });

  test.each([
    "it is not known where releases are",
    "set SUP_INDEX_URL",
    "see the releases there are, or leave",
    "try once more; if it stays, report it: do not install it",
    "is damaged or not genuine: SHA-256 is $got, not $want",
    "the processor lacks an instruction (AVX2)",
    "there is no build without it",
    "soma does not start here (exit code",
    "would install $base",
  ])("it says: %s", (text) => {
    for (const script of [SCRIPT, SH]) expect(script.toLowerCase()).toContain(text.toLowerCase());
  });
});
