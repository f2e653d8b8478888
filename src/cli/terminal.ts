/**
 * Questions on the terminal. A secret is read in raw mode and never shown; Ctrl-C while asked ends
 * the command with exit code 130 before it changed anything.
 *
 * @module
 */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

import { SomaError } from "../base/errors.ts";

const EXIT_INTERRUPTED = 130;

/** The error of a command that Ctrl-C ended. */
function interrupted(): SomaError {
  return new SomaError("interrupted", "interrupted; nothing was changed", {
    exit: EXIT_INTERRUPTED,
  });
}

/** The line typed after `question`, or `undefined` at the end of input. */
export function askOnTerminal(question: string, isSecret: boolean): Promise<string | undefined> {
  // readline edits the line on this stream; a secret's stream shows nothing.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: isSecret ? silent : process.stderr,
    terminal: true,
    prompt: isSecret ? "" : question,
  });
  // The question comes after raw mode: what is typed at once must not be echoed either.
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
    lines.once("SIGINT", () => {
      reject(interrupted());
      lines.close();
    });
    lines.once("close", () => {
      if (isSecret) process.stderr.write("\n");
      resolve(undefined);
    });
  });
}
