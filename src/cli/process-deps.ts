/**
 * The real world of a command: file descriptors, terminal, signals, the system's randomness.
 * Writes are synchronous and complete, so that nothing is lost when the process ends right after.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";

import { utf8 } from "../base/bytes.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError, systemCode } from "../base/errors.ts";
import type { CliDeps, StopSignal, TextSink, TextSource } from "./deps.ts";
import { askOnTerminal } from "./terminal.ts";

const STDIN_BYTES_MAX = 1024 * 1024;
const RETRY_MS = 2;

/** The dependencies of a command that runs in this process. */
export function processDeps({ prepare, linger }: Pick<CliDeps, "prepare" | "linger">): CliDeps {
  return {
    stdout: processSink(1, (code) => {
      throw new SomaError("output_failed", `cannot write to standard output: ${code}`);
    }),
    // Where errors cannot be told there is nobody to tell so.
    stderr: processSink(2, () => undefined),
    stdin: processSource(),
    env: process.env,
    cwd: process.cwd(),
    clock: SYSTEM_CLOCK,
    cpuMs,
    randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
    onStop,
    exit: (code) => process.exit(code),
    prepare,
    linger,
  };
}

function processSink(descriptor: 1 | 2, onFailure: (code: string) => void): TextSink {
  const isTty = isatty(descriptor);
  let isBroken = false;
  return {
    isTty,
    get columns() {
      const stream = descriptor === 1 ? process.stdout : process.stderr;
      return isTty ? stream.columns : undefined;
    },
    isBroken: () => isBroken,
    write: (text) => {
      if (isBroken) return;
      const code = writeAll(descriptor, utf8(text));
      isBroken = code !== undefined;
      if (code !== undefined && code !== "EPIPE") onFailure(code);
    },
  };
}

/** Writes all of `bytes`; the system's code if that is not possible. */
function writeAll(descriptor: number, bytes: Uint8Array): string | undefined {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      if (code !== "EAGAIN") return code;
      // A full pipe that our parent made non-blocking: its reader will make room.
      Bun.sleepSync(RETRY_MS);
    }
  }
  return undefined;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function processSource(): TextSource {
  return {
    isTty: isatty(0),
    readAll: readStdin,
    ask: (question, isSecret) => askOnTerminal(question, isSecret),
  };
}

async function readStdin(): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of Bun.stdin.stream()) {
    size += chunk.length;
    if (size > STDIN_BYTES_MAX) {
      throw new SomaError("input_too_large", `standard input has over ${STDIN_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function onStop(listener: (signal: StopSignal) => void): () => void {
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}
