/**
 * The entry of the executable: words of the command line in, exit code out. Called `sup`, or with
 * that as the first word, it is the installer; started by the program itself, it is the child that
 * runs the kernels of a GPU. Commands load what they need when they run, so that `soma --version`
 * starts at once.
 *
 * @module
 */
import { basename } from "node:path";

import { processDeps } from "./cli/process-deps.ts";
import { reportCrash, runCli } from "./cli/run.ts";
import { SUP } from "./cli/sup/table.ts";
import { SOMA } from "./cli/table.ts";
import { CHILD_WORD } from "./runtime/child/messages.ts";
import { pinnedExecutable } from "./sup/pin.ts";

let isLingering = false;
const deps = processDeps({
  prepare: async () => {
    const { installNative } = await import("./crypto/native.ts");
    installNative();
  },
  linger: () => {
    isLingering = true;
  },
});

process.on("uncaughtException", (error) => process.exit(reportCrash(error, deps)));
process.on("unhandledRejection", (error) => process.exit(reportCrash(error, deps)));

async function main(words: readonly string[]): Promise<number> {
  const [word, ...rest] = words;
  if (word === CHILD_WORD) {
    const { runChild } = await import("./runtime/child/role.ts");
    await runChild(rest[0]);
    return 0;
  }
  if (basename(process.argv0, ".exe") === "sup") return runCli(SUP, words, deps);
  if (word === "sup") return runCli(SUP, rest, deps);
  if (Bun.isStandaloneExecutable) followPin(words);
  return runCli(SOMA, words, deps);
}

/** Becomes the version that this folder asks for, if it is another one. */
function followPin(words: readonly string[]): void {
  const executable = pinnedExecutable(process.execPath, process.cwd());
  if (executable === undefined) return;
  // Where a process cannot become another one, it waits for it.
  process.execve?.(executable, [executable, ...words], process.env);
  const { exitCode } = Bun.spawnSync([executable, ...words], {
    stdio: ["inherit", "inherit", "inherit"],
  });
  process.exit(exitCode);
}

try {
  const code = await main(process.argv.slice(2));
  // Output is written synchronously: nothing is pending that `exit` could cut off.
  if (!isLingering) process.exit(code);
  process.exitCode = code;
} catch (error) {
  process.exit(reportCrash(error, deps));
}
