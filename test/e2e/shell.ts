/**
 * A person's shell: the real program in child processes, with a home of its own and nothing else in
 * the environment. Documents that it prints are read by schemas, amounts as exact numbers.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { isFree } from "../../src/localnet/ports.ts";

/** What a command left behind; a process that a signal ended has no exit code. */
export type Run = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** What ends a process. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGKILL";

/** A command that goes on until it is stopped. */
export type Running = {
  readonly pid: number;
  /** All that it wrote to standard output so far. */
  readonly stdout: () => string;
  /** Asks it to end, and returns what it left. */
  readonly stop: (signal?: Signal) => Promise<Run>;
};

/** What may be chosen for one command. */
export type SpawnOptions = {
  /** The working directory, if it is another than the home. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A module that runs before the program. */
  readonly preload?: string;
  /** Words that run other words: they stand before the program. */
  readonly wrapper?: readonly string[];
};

/** A process that has not ended by then hangs, which its exit code shows. */
const STOP_MS_MAX = 30_000;
const ROOT = join(import.meta.dir, "../..");
const SERVICES = 4;
// Below the ports that validators choose, and those that systems give to outgoing connections.
const PORT_MIN = 10_000;
const PORT_COUNT = 9_000;

/** An amount of shannons, a version or a height: decimal digits. */
export const AMOUNT: z.ZodType<bigint> = z.string().regex(/^\d+$/).transform(BigInt);

/** An id or address as it is typed. */
export const ID: z.ZodType<string> = z.string().regex(/^0x[0-9a-f]{64}$/);

/** What a failed command prints with `--json`. */
export const FAILURE: z.ZodType<{ readonly error: { code: string; message: string } }> = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }),
});

/** Words that run the program from source. */
export const FROM_SOURCE: readonly string[] = [process.execPath, join(ROOT, "src/main.ts")];

/** The first of as many free ports in a row as a local network needs. */
export function freePortBase(): number {
  for (;;) {
    const base = PORT_MIN + Math.floor(Math.random() * PORT_COUNT);
    if (portsOf(base).every(isFree)) return base;
  }
}

/** The ports of the local network with this first one. */
export function portsOf(base: number): readonly number[] {
  return Array.from({ length: SERVICES }, (_, place) => base + place);
}

/** A shell with a fresh home, in which `program` are the words that run the program. */
export class Shell {
  /** The home and working directory. */
  readonly home: string = mkdtempSync(join(tmpdir(), "soma-e2e-"));
  private readonly program: readonly string[];
  private readonly running = new Set<Running>();

  constructor(program: readonly string[] = FROM_SOURCE) {
    this.program = program;
  }

  /** Where the program keeps its files. */
  get config(): string {
    return join(this.home, "config");
  }

  /** Runs a command to its end. */
  run(...words: readonly string[]): Promise<Run> {
    return this.runWith({}, ...words);
  }

  /** Runs a command to its end in a changed environment. */
  async runWith(options: SpawnOptions, ...words: readonly string[]): Promise<Run> {
    const child = this.spawn(words, options);
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, stdout, stderr };
  }

  /** Runs a command that must succeed, with `--json`, and reads its one document. */
  async json<T>(schema: z.ZodType<T>, ...words: readonly string[]): Promise<T> {
    const run = await this.run(...words, "--json");
    if (run.code !== 0) throw new Error(`soma ${words.join(" ")}: ${JSON.stringify(run)}`);
    return schema.parse(JSON.parse(run.stdout));
  }

  /** Starts a command that goes on, and waits until what it wrote matches `ready`. */
  async start(
    ready: RegExp,
    words: readonly string[],
    options: SpawnOptions = {},
  ): Promise<Running> {
    const child = this.spawn(words, options);
    const stderr = child.stderr.text();
    const chunks = child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    let stdout = "";
    const more = async (): Promise<boolean> => {
      const { value, done } = await chunks.next();
      stdout += value ?? "";
      return done !== true;
    };
    while (!ready.test(stdout)) {
      if (await more()) continue;
      throw new Error(`soma ${words.join(" ")}: exit ${await child.exited}\n${await stderr}`);
    }
    // Read on, so that the command never waits for a reader.
    const ended = (async () => {
      while (await more());
    })();
    const stop = async (signal: Signal = "SIGTERM"): Promise<Run> => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
      const code = await child.exited;
      clearTimeout(timer);
      this.running.delete(running);
      await ended;
      return { code, stdout, stderr: await stderr };
    };
    const running: Running = { pid: child.pid, stdout: () => stdout, stop };
    this.running.add(running);
    return running;
  }

  /** Starts a local network and waits until it is ready. */
  startLocalnet(base: number, ...words: readonly string[]): Promise<Running> {
    const port = ["--port-base", String(base)];
    return this.start(/Network ready/, ["start", "localnet", ...port, ...words]);
  }

  /** Ends what still runs and removes the home. */
  async close(): Promise<void> {
    await Promise.all([...this.running].map((running) => running.stop("SIGKILL")));
    rmSync(this.home, { recursive: true, force: true });
  }

  private spawn(
    words: readonly string[],
    { cwd = this.home, env = {}, preload, wrapper = [] }: SpawnOptions,
  ): Bun.Subprocess<"ignore", "pipe", "pipe"> {
    const [file = "", ...rest] = this.program;
    const preloads = preload === undefined ? [] : ["--preload", preload];
    return Bun.spawn([...wrapper, file, ...preloads, ...rest, ...words], {
      cwd,
      env: { SOMA_CONFIG_DIR: this.config, TMPDIR: this.home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}
