/**
 * The entry of the executable: words of the command line in, exit code out. Called `sup`, or with
 * that as the first word, it is the installer; started by the program itself, it is the child that
 * runs the kernels of a GPU. Whatever is not needed to say the version is loaded afterwards.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { basename } from "node:path";

import { limitHeapGrowth } from "./host/heap-growth.ts";
import { CHILD_WORD } from "./runtime/child/messages.ts";
import { IGNORE_PIN, pinnedExecutable } from "./sup/pin.ts";
import { fullVersion } from "./version.ts";

const NODES: ReadonlySet<string> = new Set(["localnet", "validator", "fullnode"]);

async function main(words: readonly string[]): Promise<void> {
  if (isFolderGone()) return endWithoutFolder();
  const [word, ...rest] = words;
  if (word === CHILD_WORD) return runKernels(rest[0]);
  // On Windows names are typed in any case, with or without their ending.
  const isSup = /^sup(?:\.exe)?$/i.test(basename(process.argv0));
  if (isSup || word === "sup") return run("sup", isSup ? words : rest);
  if (Bun.isStandaloneExecutable && process.env[IGNORE_PIN] === undefined) await followPin(words);
  return run("soma", words);
}

async function runKernels(backend: string | undefined): Promise<void> {
  const { runChild } = await import("./runtime/child/role.ts");
  await runChild(backend);
  process.exit(0);
}

async function run(name: "soma" | "sup", words: readonly string[]): Promise<void> {
  if (asksVersion(words) && tell(`${name} ${fullVersion()}\n`)) return;
  if (name === "soma" && startsNode(words)) limitHeapGrowth();
  const { runProgram } = await import("./cli/program.ts");
  await runProgram(name, words, async () => {
    const { installNative } = await import("./crypto/native.ts");
    installNative();
  });
}

function startsNode([first, second]: readonly string[]): boolean {
  return first === "start" && NODES.has(second ?? "");
}

function asksVersion(words: readonly string[]): boolean {
  return words.length === 1 && (words[0] === "--version" || words[0] === "-V");
}

/** Whether it could be written: if not, the program itself says what is wrong with the output. */
function tell(text: string): boolean {
  try {
    return writeSync(1, text) === text.length;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Becomes the version that this folder asks for, if it is another one. */
async function followPin(words: readonly string[]): Promise<void> {
  const executable = pinnedExecutable(process.execPath, process.cwd());
  if (executable === undefined) return;
  const canBecome = process.platform !== "win32";
  if (canBecome) process.execve?.(executable, [executable, ...words], process.env);
  // Where a process cannot become another one, it waits for it, and Ctrl-C is for that one.
  process.on("SIGINT", () => undefined);
  const child = Bun.spawn([executable, ...words], { stdio: ["inherit", "inherit", "inherit"] });
  process.exit(await child.exited);
}

/** Whether the folder that this was started in is there no more. */
function isFolderGone(): boolean {
  try {
    return process.cwd() === "";
  } catch (error) {
    if (error instanceof Error && "code" in error) return true;
    throw error;
  }
}

/** Nothing else can be said then: whatever runs looks at the folder first. */
function endWithoutFolder(): never {
  writeSync(2, "Error: the current folder is gone\n\n  Hint: change to another one: cd\n");
  process.exit(1);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { endWith } = await import("./cli/program.ts");
  endWith(error);
}
