/**
 * A node as a process of its own: the very command that an operator would type. A process that dies
 * without being told to is started again, a little later each time it dies young; its databases
 * have what it had made durable, and the others tell it the rest.
 *
 * @module
 */
import { z } from "zod";

import { type Backoff, backoffMs } from "../base/backoff.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { HEAP_GROWTH } from "../host/heap-growth.ts";
import { decodeText } from "../wire/json/view.ts";
import { ADVANCE_EPOCH, type NodeReport } from "./supervised.ts";

/** What a node's process is started with. */
export type NodeProcessOptions = {
  /** For people. */
  readonly name: string;
  /** The command, without the program; with `--json`, so that it can say why it did not start. */
  readonly words: readonly string[];
  readonly log: Logger;
};

type Child = Bun.Subprocess<"ignore", "pipe", "inherit">;

/** What a command that failed before it had a result prints instead of that. */
const FAILURE = z.object({
  error: z.object({ message: z.string(), hint: z.string().nullable() }),
});
type Failure = z.infer<typeof FAILURE>["error"];

/** From source the program is the runtime, which needs to be told what to run. */
const PROGRAM: readonly string[] = Bun.isStandaloneExecutable
  ? [process.execPath]
  : [process.execPath, Bun.fileURLToPath(new URL("../main.ts", import.meta.url))];

/** One that lived so long did not die young. */
const OLD_MS = 60_000;
const DEATHS_MAX = 5;
const BACKOFF: Backoff = { firstMs: 200, maxMs: 5_000 };
const STOP_MS = 10_000;

/** A node's process and those that follow it. */
export class NodeProcess {
  /** Rejects when it dies again and again. */
  readonly failed: Promise<never>;
  private readonly options: NodeProcessOptions;
  private readonly fail: (error: unknown) => void;
  private child: Child | undefined;
  private lastEpoch: bigint | undefined;
  private deaths = 0;
  private timer: Timer | undefined;
  private isStopped = false;
  private readonly ready = Promise.withResolvers<void>();

  /** Starts the first process. */
  constructor(options: NodeProcessOptions) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.options = options;
    this.failed = promise;
    this.fail = reject;
    // Whoever waits hears of it; without anybody it must not end the process.
    promise.catch(() => undefined);
    this.spawn();
  }

  /** The number of the process that runs now. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves when the node has run once. */
  started(): Promise<void> {
    return Promise.race([this.ready.promise, this.failed]);
  }

  /** The epoch that it told last; before the first, none that has begun. */
  epoch(): bigint {
    return this.lastEpoch ?? -1n;
  }

  /** Asks to end the epoch. */
  advanceEpoch(): void {
    if (this.child?.exitCode === null) this.child.send(ADVANCE_EPOCH);
  }

  /** Ends the process, and no other follows it. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child === undefined) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await child.exited;
    clearTimeout(timer);
  }

  private spawn(): void {
    // In a group of its own: Ctrl-C reaches the supervisor alone, which stops all in order.
    const child: Child = Bun.spawn([...PROGRAM, ...this.options.words], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...HEAP_GROWTH, ...process.env },
      detached: true,
      ipc: (report: NodeReport) => this.hear(report),
    });
    this.child = child;
    void this.watch(child);
  }

  private async watch({ exited, stdout }: Child): Promise<void> {
    const startMs = SYSTEM_CLOCK.monotonicMs();
    const printed = stdout.text();
    const code = await exited;
    const ageMs = SYSTEM_CLOCK.monotonicMs() - startMs;
    this.died(sayDeath(code, await printed), ageMs);
  }

  private hear({ epoch }: NodeReport): void {
    this.lastEpoch = BigInt(epoch);
    this.ready.resolve();
  }

  private died(death: Death, ageMs: number): void {
    if (this.isStopped) return;
    const { name, log } = this.options;
    this.deaths = ageMs > OLD_MS ? 1 : this.deaths + 1;
    if (this.deaths > DEATHS_MAX || this.lastEpoch === undefined) {
      this.fail(diedTooOften(name, death));
      return;
    }
    const waitMs = backoffMs(BACKOFF, this.deaths, Math.random());
    const again = `it is started again in ${Math.round(waitMs)} ms`;
    log.warn(`the process of ${name} ${death.says}; ${again}`);
    this.timer = setTimeout(() => this.spawn(), waitMs);
  }
}

/** How a process ended, and what helps. */
type Death = { readonly says: string; readonly hint: string };

function sayDeath(code: number, printed: string): Death {
  const failure = failureIn(printed);
  const says = `ended with ${code}${failure ? `: ${failure.message}` : ""}`;
  return { says, hint: failure?.hint ?? "what it wrote above says why" };
}

function failureIn(printed: string): Failure | undefined {
  const decoded = decodeText(FAILURE, printed);
  return decoded.ok ? decoded.value.error : undefined;
}

function diedTooOften(name: string, { says, hint }: Death): SomaError {
  return new SomaError("node_died", `the process of ${name} ${says}`, { hint });
}
