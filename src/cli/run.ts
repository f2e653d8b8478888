/**
 * One call of the command line: words in, exit code out. Everything that can happen to a command
 * ends here as one message: 0 done, 1 failed, 2 typed wrongly, 70 our own bug, 130 interrupted.
 *
 * @module
 */
import { AssertionError } from "../base/assert.ts";
import { EXIT, SomaError } from "../base/errors.ts";
import { type Context, GLOBALS, type Program } from "./command.ts";
import type { CliDeps } from "./deps.ts";
import { helpDocument, helpText } from "./help.ts";
import { Output } from "./output.ts";
import { optionUsage, readParams } from "./params.ts";
import { parseWords, type Request, wantsJson } from "./parse.ts";

/** Runs the command that `words` (without the program's name) ask for. */
export async function runCli(
  program: Program,
  words: readonly string[],
  deps: CliDeps,
): Promise<number> {
  const { name } = program;
  let output = new Output(deps, wantsJson(words), name);
  try {
    const request = parseWords(program, words);
    // Now that the words are understood, a value or a script's own --json is none of ours.
    if (request.kind === "run") {
      const { command, globals } = request;
      output = new Output(deps, globals.has("json"), `${name} ${command.name}`);
    }
    await perform(program, request, { deps, output });
    output.finish();
  } catch (error) {
    report(error, output, deps);
  }
  return output.exitCode();
}

/** Reports an error that no command caught, such as one of a timer; returns the exit code. */
export function reportCrash(error: unknown, deps: CliDeps): number {
  const output = new Output(deps, false);
  report(error, output, deps);
  return output.exitCode();
}

async function perform(
  program: Program,
  request: Request,
  { deps, output }: Pick<Context, "deps" | "output">,
): Promise<void> {
  switch (request.kind) {
    case "help": {
      const { node } = request;
      output.result(helpDocument(program, node), () =>
        output.line(helpText(program, node, output.colors)),
      );
      return;
    }
    case "version": {
      const { name, version } = program;
      output.result({ name, version }, () => output.line(`${name} ${version}`));
      return;
    }
    case "run": {
      const globals = readParams(GLOBALS, request.globals, optionUsage);
      await deps.prepare();
      await request.command.run({ program, deps, globals, output }, request.args, request.options);
    }
  }
}

/** Tells what happened; if even that cannot be written, the exit code still says it. */
function report(error: unknown, output: Output, deps: CliDeps): void {
  if (deps.env["SOMA_TRACE"] === "1" && error instanceof Error) {
    deps.stderr.write(`${error.stack ?? error.message}\n`);
  }
  const told = toSomaError(error);
  try {
    output.error(told);
  } catch (failure) {
    if (!(failure instanceof SomaError)) throw failure;
    deps.stderr.write(`${told.message}\n${failure.message}\n`);
  }
}

/** An error of ours as it is; one of the system's with its own words; anything else is a bug. */
function toSomaError(error: unknown): SomaError {
  if (error instanceof SomaError) return error;
  if (!(error instanceof AssertionError) && error instanceof Error && isFromSystem(error)) {
    return new SomaError("system_error", error.message, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new SomaError("bug", `this is a bug in Soma: ${message}`, {
    exit: EXIT.bug,
    cause: error,
  });
}

function isFromSystem(error: Error): boolean {
  return "errno" in error && "code" in error && typeof error.code === "string";
}
