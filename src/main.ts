/**
 * The entry of the executable: words of the command line in, exit code out. Commands load what they
 * need when they run, so that `soma --version` starts at once. Started by the program itself, it is
 * the child that runs the kernels of a GPU.
 *
 * @module
 */
import { processDeps } from "./cli/process-deps.ts";
import { reportCrash, runCli } from "./cli/run.ts";
import { SOMA } from "./cli/table.ts";
import { CHILD_WORD } from "./runtime/child/messages.ts";

const deps = processDeps(async () => {
  const { installNative } = await import("./crypto/native.ts");
  installNative();
});

process.on("uncaughtException", (error) => process.exit(reportCrash(error, deps)));
process.on("unhandledRejection", (error) => process.exit(reportCrash(error, deps)));

const [word, ...rest] = process.argv.slice(2);
if (word === CHILD_WORD) {
  const { runChild } = await import("./runtime/child/role.ts");
  await runChild(rest[0]);
  process.exit(0);
}

// Output is written synchronously: nothing is pending that `exit` could cut off.
process.exit(await runCli(SOMA, process.argv.slice(2), deps));
