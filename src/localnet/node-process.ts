/**
 * A node as a process of its own: the very command that an operator would type. A process that dies
 * without being told to is started again, a little later each time it dies young; its databases
 * have what it had made durable, and the others tell it the rest.
 *
 * @module
 */
import { type Backoff, backoffMs } from "../base/backoff.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { HEAP_GROWTH } from "../host/heap-growth.ts";
import { ADVANCE_EPOCH, type NodeReport } from "./supervised.ts";

/** What a node's process is started with. */
export type NodeProcessOptions = {
  /** For people. */
  readonly name: string;
  /** The command, without the program. */
  readonly words: readonly string[];
  readonly log: Logger;
};

type Child = Bun.Subprocess<"ignore", "ignore", "inherit">;

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
    const startMs = SYSTEM_CLOCK.monotonicMs();
    // In a group of its own: Ctrl-C reaches the supervisor alone, which stops all in order.
    this.child = Bun.spawn([...PROGRAM, ...this.options.words], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...HEAP_GROWTH, ...process.env },
      detached: true,
      ipc: (report: NodeReport) => this.hear(report),
    });
    void this.child.exited.then((code) => this.died(code, SYSTEM_CLOCK.monotonicMs() - startMs));
  }

  private hear({ epoch }: NodeReport): void {
    this.lastEpoch = BigInt(epoch);
    this.ready.resolve();
  }

  private died(code: number, ageMs: number): void {
    if (this.isStopped) return;
    const { name, log } = this.options;
    this.deaths = ageMs > OLD_MS ? 1 : this.deaths + 1;
    if (this.deaths > DEATHS_MAX || this.lastEpoch === undefined) {
      this.fail(diedTooOften(name, code));
      return;
    }
    const waitMs = backoffMs(BACKOFF, this.deaths, Math.random());
    log.warn(`${name} died with ${code}; it is started again in ${Math.round(waitMs)} ms`);
    this.timer = setTimeout(() => this.spawn(), waitMs);
  }
}

function diedTooOften(name: string, code: number): SomaError {
  return new SomaError("node_died", `the process of ${name} ended with ${code}`, {
    hint: "what it wrote above says why",
  });
}
