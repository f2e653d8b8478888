/**
 * A program of the command line in this process: its table, the real world, and what becomes of an
 * error that no command caught.
 *
 * @module
 */
import type { CliDeps } from "./deps.ts";
import { processDeps } from "./process-deps.ts";
import { reportCrash, runCli } from "./run.ts";
import { SUP } from "./sup/table.ts";
import { SOMA } from "./table.ts";

/** Runs what `words` ask of `soma` or `sup`, and ends the process when nothing is left to do. */
export async function runProgram(
  name: "soma" | "sup",
  words: readonly string[],
  prepare: CliDeps["prepare"],
): Promise<void> {
  let isLingering = false;
  const linger = (): void => {
    isLingering = true;
  };
  process.on("uncaughtException", endWith);
  process.on("unhandledRejection", endWith);
  const code = await runCli(name === "sup" ? SUP : SOMA, words, processDeps({ prepare, linger }));
  // Output is written synchronously: nothing is pending that `exit` could cut off.
  if (!isLingering) process.exit(code);
  process.exitCode = code;
}

/** Reports an error and ends the process. */
export function endWith(error: unknown): never {
  const world = { prepare: async () => undefined, linger: () => undefined };
  process.exit(reportCrash(error, processDeps(world)));
}
