/**
 * The threads that run the kernels: the one that calls, and workers that wait for it. Between jobs
 * that follow each other a worker waits blocked, which wakes in microseconds; when nothing comes it
 * goes to sleep in its event loop, from where a message wakes it.
 *
 * @module
 */
import { assert } from "../../base/assert.ts";
import { SomaError } from "../../base/errors.ts";
import { type Part, spawnWorker, type WorkerHandle } from "../../spawn.ts";
import {
  ASLEEP,
  type Crew,
  DONE,
  doShare,
  FAILED,
  GENERATION,
  IS_OVER,
  type Job,
  type Kernels,
  writeJob,
} from "./job.ts";

/** Long enough for the largest kernel on the slowest machine. */
const JOB_MS_MAX = 30 * 60_000;
/** How long a worker stays blocked for the next job. */
const BLOCKED_MS = 20;
const START_MS_MAX = 30_000;
const WAKE = "wake";

/** The calling thread and its workers. */
export class Threads {
  readonly count: number;
  private readonly control: Int32Array;
  private readonly kernels: Kernels;
  private workers: readonly WorkerHandle[] = [];

  private constructor(crew: Crew) {
    this.count = crew.threads;
    this.control = crew.control;
    this.kernels = instantiate(crew);
  }

  /** Starts `count` − 1 workers. */
  static async open(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    count: number,
  ): Promise<Threads> {
    const control = new Int32Array(new SharedArrayBuffer((ASLEEP + count) * 4));
    const crew = { module, memory, control, threads: count };
    const threads = new Threads({ ...crew, thread: 0 });
    const others = Array.from({ length: count - 1 }, (_, index) => index + 1);
    threads.workers = await Promise.all(others.map((thread) => startWorker({ ...crew, thread })));
    return threads;
  }

  /** Does a job and returns when all threads are done; one that is not worth sharing, alone. */
  run(job: Job, isShared: boolean): void {
    const { control, kernels } = this;
    const threads = isShared ? this.count : 1;
    writeJob(control, job);
    if (threads > 1) {
      Atomics.store(control, DONE, 0);
      this.wake();
    }
    doShare(kernels, control, 0, threads);
    if (threads > 1) this.awaitOthers();
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    Atomics.store(this.control, IS_OVER, 1);
    this.wake();
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  private wake(): void {
    const { control, workers } = this;
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
    for (const [index, worker] of workers.entries()) {
      if (Atomics.exchange(control, ASLEEP + index + 1, 0) === 1) worker.post(WAKE);
    }
  }

  private awaitOthers(): void {
    const { control } = this;
    for (;;) {
      const done = Atomics.load(control, DONE);
      if (done === this.count - 1) break;
      if (Atomics.wait(control, DONE, done, JOB_MS_MAX) === "timed-out") {
        throw new SomaError("backend_failed", "a thread of the CPU kernels does not answer");
      }
    }
    if (Atomics.load(control, FAILED) === 0) return;
    throw new SomaError("backend_failed", "a thread of the CPU kernels failed");
  }
}

/** The part of a worker: does its share of every job until it is over. */
export const part: Part = (post) => {
  let server: Server | undefined;
  return (message) => {
    if (message === WAKE) return server?.serve();
    server = new Server(message as Crew);
    post("ready");
    server.serve();
  };
};

class Server {
  private readonly crew: Crew;
  private readonly kernels: Kernels;
  /** The last job that this thread has seen. */
  private generation: number;

  constructor(crew: Crew) {
    this.crew = crew;
    this.kernels = instantiate(crew);
    this.generation = Atomics.load(crew.control, GENERATION);
  }

  /** Does jobs until none has come for a while. */
  serve(): void {
    const { control, thread } = this.crew;
    while (Atomics.load(control, IS_OVER) === 0) {
      const outcome = Atomics.wait(control, GENERATION, this.generation, BLOCKED_MS);
      if (outcome === "timed-out") {
        Atomics.store(control, ASLEEP + thread, 1);
        // Asleep, unless a job came meanwhile and nobody saw that this thread slept.
        if (Atomics.load(control, GENERATION) === this.generation) return;
        if (Atomics.exchange(control, ASLEEP + thread, 0) === 0) return;
      }
      this.generation = Atomics.load(control, GENERATION);
      if (Atomics.load(control, IS_OVER) === 0) this.work();
    }
  }

  private work(): void {
    const { control, thread, threads } = this.crew;
    try {
      doShare(this.kernels, control, thread, threads);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      Atomics.store(control, FAILED, 1);
    }
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}

function startWorker(crew: Crew): Promise<WorkerHandle> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerHandle>();
  const fail = (reason: string): void =>
    reject(new SomaError("backend_failed", `a thread of the CPU kernels: ${reason}`));
  const worker = spawnWorker("kernels", { onMessage: () => resolve(worker), onCrash: fail });
  const timer = setTimeout(() => fail("it does not start"), START_MS_MAX);
  worker.post(crew);
  return promise.finally(() => clearTimeout(timer));
}

function instantiate({ module, memory }: Crew): Kernels {
  assert(memory.buffer instanceof SharedArrayBuffer, "the memory is shared");
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
}
