/**
 * A person's shell: the real program in child processes, with a home of its own and nothing else in
 * the environment. Documents that it prints are read by schemas, amounts as exact numbers.
 *
 * @module
 */
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

/** What a command left behind. */
export type Run = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A command that goes on until it is stopped. */
export type Running = {
  /** All that it wrote to standard output so far. */
  readonly stdout: () => string;
  /** Asks it to end, and returns what it left. */
  readonly stop: (signal?: "SIGINT" | "SIGTERM") => Promise<Run>;
};

const STOP_MS_MAX = 5_000;
const ROOT = join(import.meta.dir, "../..");

/** An amount of shannons, a version or a height: decimal digits. */
export const AMOUNT: z.ZodType<bigint> = z.string().regex(/^\d+$/).transform(BigInt);

/** An id or address as it is typed. */
export const ID: z.ZodType<string> = z.string().regex(/^0x[0-9a-f]{64}$/);

/** Words that run the program from source. */
export const FROM_SOURCE: readonly string[] = [process.execPath, join(ROOT, "src/main.ts")];

/** A shell with a fresh home, in which `program` are the words that run the program. */
export class Shell {
  /** The home and working directory. */
  readonly home: string = mkdtempSync(join(tmpdir(), "soma-e2e-"));
  private readonly program: readonly string[];
  private readonly running = new Set<Running>();

  constructor(program: readonly string[]) {
    this.program = program;
  }

  /** Runs a command to its end. */
  async run(...words: readonly string[]): Promise<Run> {
    const child = this.spawn(words);
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, stdout, stderr };
  }

  /** Runs a command that must succeed, with `--json`, and reads its one document. */
  async json<T>(schema: z.ZodType<T>, ...words: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...words, "--json");
    if (code !== 0) throw new Error(`soma ${words.join(" ")}: exit ${code}\n${stdout}${stderr}`);
    return schema.parse(JSON.parse(stdout));
  }

  /** Starts a command that goes on, and waits until what it wrote matches `ready`. */
  async start(ready: RegExp, ...words: readonly string[]): Promise<Running> {
    const child = this.spawn(words);
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
    const stop = async (signal: "SIGINT" | "SIGTERM" = "SIGTERM"): Promise<Run> => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
      const code = await child.exited;
      clearTimeout(timer);
      this.running.delete(running);
      await ended;
      return { code, stdout, stderr: await stderr };
    };
    const running: Running = { stdout: () => stdout, stop };
    this.running.add(running);
    return running;
  }

  /** Ends what still runs and removes the home. */
  async close(): Promise<void> {
    await Promise.all([...this.running].map((running) => running.stop()));
    rmSync(this.home, { recursive: true, force: true });
  }

  private spawn(words: readonly string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> {
    return Bun.spawn([...this.program, ...words], {
      cwd: this.home,
      env: { HOME: this.home, TMPDIR: this.home },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

/** Builds the executable into `folder` and returns the words that run it. */
export function buildExecutable(folder: string): readonly string[] {
  const path = join(folder, "soma");
  const script = join(ROOT, "scripts/build.ts");
  const build = Bun.spawnSync([process.execPath, script, "--json", "--outfile", path]);
  expect(build.stderr.toString()).toBe("");
  return [path];
}
