/**
 * A world for commands under test: text goes to strings, answers come from a list, time and
 * randomness are those of a seed, and the configuration directory is a fresh temporary one.
 *
 * @module
 */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Prng } from "../../src/base/prng.ts";
import type { Program } from "../../src/cli/command.ts";
import type { CliDeps, StopSignal, TextSink } from "../../src/cli/deps.ts";
import { runCli } from "../../src/cli/run.ts";
import { SOMA } from "../../src/cli/table.ts";

/** What a run left behind. */
export type Run = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** What differs from a plain run without terminal. */
export type WorldOptions = {
  readonly program?: Program;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly isTty?: boolean;
  readonly columns?: number;
  readonly stdin?: string;
  /** What a person types when asked, in turn. */
  readonly answers?: readonly string[];
  /** Characters that standard output takes before its reader goes away. */
  readonly stdoutMax?: number;
  readonly seed?: number;
  /** Where the command runs; the root if absent. */
  readonly cwd?: string;
};

/** Runs commands against one configuration directory. */
export type World = {
  readonly configDir: string;
  readonly run: (words: readonly string[], options?: WorldOptions) => Promise<Run>;
  /** Runs with `--json` and returns the one document. */
  readonly json: (words: readonly string[], options?: WorldOptions) => Promise<unknown>;
};

const made: string[] = [];
let seeds = 1;

afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A fresh temporary directory, removed after the file's tests. */
export function temporaryDir(): string {
  const path = mkdtempSync(join(tmpdir(), "soma-test-"));
  made.push(path);
  return path;
}

/** A world with an empty configuration directory. */
export function makeWorld(): World {
  const configDir = join(temporaryDir(), "config");
  const run = (words: readonly string[], options: WorldOptions = {}): Promise<Run> =>
    runIn({ SOMA_CONFIG_DIR: configDir }, words, options);
  const json = async (words: readonly string[], options?: WorldOptions): Promise<unknown> =>
    JSON.parse((await run([...words, "--json"], options)).stdout);
  return { configDir, run, json };
}

/** Runs one command in an environment. */
export async function runIn(
  env: Readonly<Record<string, string | undefined>>,
  words: readonly string[],
  options: WorldOptions = {},
): Promise<Run> {
  const { program = SOMA } = options;
  const { deps, texts } = makeDeps({ ...options, env: { ...env, ...options.env } });
  const code = await runCli(program, words, deps);
  return { code, stdout: texts.stdout.join(""), stderr: texts.stderr.join("") };
}

/** Dependencies whose text is collected. */
export function makeDeps(options: WorldOptions): {
  readonly deps: CliDeps;
  readonly texts: { readonly stdout: string[]; readonly stderr: string[] };
  readonly stop: (signal: StopSignal) => void;
} {
  const texts = { stdout: new Array<string>(), stderr: new Array<string>() };
  const { isTty = false, answers = [], seed = seeds++ } = options;
  const listeners = new Set<(signal: StopSignal) => void>();
  const random = new Prng(seed);
  const left = [...answers];
  const deps: CliDeps = {
    stdout: sink(texts.stdout, options, options.stdoutMax),
    stderr: sink(texts.stderr, options),
    stdin: {
      isTty,
      readAll: async () => options.stdin ?? "",
      ask: async (question) => {
        texts.stderr.push(question);
        return left.shift();
      },
    },
    env: options.env ?? {},
    cwd: options.cwd ?? "/",
    clock: { nowMs: () => 0, monotonicMs: () => 0 },
    cpuMs: () => 0,
    randomBytes: (size) => random.bytes(size),
    onStop: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
    prepare: async () => undefined,
    linger: () => undefined,
  };
  return { deps, texts, stop: (signal) => listeners.forEach((listener) => listener(signal)) };
}

function sink(texts: string[], options: WorldOptions, max = Number.POSITIVE_INFINITY): TextSink {
  const { isTty = false, columns } = options;
  let taken = 0;
  return {
    isTty,
    columns,
    isBroken: () => taken > max,
    write: (text) => {
      taken += text.length;
      if (taken <= max) texts.push(text);
    },
  };
}
