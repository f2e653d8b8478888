/**
 * Scoring off the main thread: a bounded queue of competitions, one at a time in a worker that
 * keeps a device open. A job that is cancelled ends at the next layer; if it does not end soon, the
 * worker goes with it and the next job starts a new one.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { DeviceChoice } from "../runtime/backend.ts";
import type { ChildOptions } from "../runtime/child/channel.ts";
import { spawnWorker, type WorkerHandle } from "../spawn.ts";
import {
  errorOf,
  type JobReport,
  type ResidentWork,
  type ScoreJob,
  type ScoreProgress,
  type ScoreVerdict,
  type ScoringDevice,
  type ScoringOrder,
} from "./job.ts";

/** How a caller follows a job and ends it early. */
export type ScoreWatch = {
  readonly onProgress?: (progress: ScoreProgress) => void;
  readonly signal?: AbortSignal;
};

/** Where a scorer scores. */
export type ScorerOptions = {
  readonly device?: DeviceChoice | undefined;
  /** What models may take of the device's memory; as much as it has when absent. */
  readonly memoryBytes?: number | undefined;
  /** How the process of a GPU's kernels is started, if not as this program does it. */
  readonly child?: ChildOptions | undefined;
  /** Hears which device was opened, each time that one is. */
  readonly onDevice?: ((device: ScoringDevice) => void) | undefined;
  /** Jobs that may wait; more are turned away. */
  readonly jobsMax?: number | undefined;
};

type Entry = {
  readonly job: ScoreJob;
  readonly watch: ScoreWatch;
  readonly resolve: (verdict: ScoreVerdict) => void;
  readonly reject: (error: Error) => void;
};

type Crew = { readonly worker: WorkerHandle; readonly device: PromiseWithResolvers<ScoringDevice> };

const JOBS_MAX = 64;
/** How long a cancelled job may take to end. */
const CANCEL_MS = 10_000;
const NO_WORK: ResidentWork = { uploads: 0, decryptions: 0, evictions: 0, loaded: [], bytes: 0 };

/** A worker that scores. */
export class Scorer {
  private readonly options: ScorerOptions;
  private readonly queue: Entry[] = [];
  private current: Entry | undefined;
  private crew: Crew | undefined;
  /** A worker that ends still has its memory and its device: the next one waits for that. */
  private ending: Promise<void> | undefined;
  private patience: Timer | undefined;
  private total = NO_WORK;
  private lost = 0;

  constructor(options: ScorerOptions = {}) {
    this.options = options;
  }

  /** Jobs that wait or run. */
  get pending(): number {
    return this.queue.length + (this.current === undefined ? 0 : 1);
  }

  /** What was done since the start, and what is loaded now. */
  get work(): ResidentWork {
    return this.total;
  }

  /** Devices that failed while they worked, each with all that was loaded. */
  get devicesLost(): number {
    return this.lost;
  }

  /** Opens the device now and not with the first job; its error says why there is none. */
  async open(): Promise<ScoringDevice> {
    await this.ending;
    return this.start().device.promise;
  }

  /** Runs a competition when its turn comes. */
  score(job: ScoreJob, watch: ScoreWatch = {}): Promise<ScoreVerdict> {
    const { jobsMax = JOBS_MAX } = this.options;
    if (watch.signal?.aborted === true) return Promise.reject(cancelled());
    if (this.queue.length >= jobsMax) throw busy(jobsMax);
    const { promise, resolve, reject } = Promise.withResolvers<ScoreVerdict>();
    const entry = { job, watch, resolve, reject };
    watch.signal?.addEventListener("abort", () => this.cancel(entry), { once: true });
    this.queue.push(entry);
    this.next();
    return promise;
  }

  /** Gives up what waits and ends the worker. */
  async stop(): Promise<void> {
    const error = new SomaError("scoring_stopped", "scoring is stopping");
    for (const entry of this.queue.splice(0)) entry.reject(error);
    this.finish()?.reject(error);
    await this.endWorker(error);
  }

  private next(): void {
    if (this.current !== undefined || this.ending !== undefined) return;
    const entry = this.queue.shift();
    if (entry === undefined) return;
    this.current = entry;
    this.order({ kind: "Score", job: entry.job });
  }

  private start(): Crew {
    if (this.crew !== undefined) return this.crew;
    const device = Promise.withResolvers<ScoringDevice>();
    // Nobody need wait for it.
    device.promise.catch(() => undefined);
    const worker = spawnWorker("scoring", {
      onMessage: (report) => this.hear(report as JobReport),
      onCrash: (reason) => this.crashed(reason),
    });
    this.crew = { worker, device };
    const { device: choice = "cpu", memoryBytes, child } = this.options;
    this.order({ kind: "Open", device: choice, memoryBytes, child });
    return this.crew;
  }

  private order(order: ScoringOrder): void {
    this.start().worker.post(order);
  }

  private hear(report: JobReport): void {
    switch (report.kind) {
      case "Opened":
        this.options.onDevice?.(report.device);
        return this.crew?.device.resolve(report.device);
      case "NotOpened": {
        // Whoever asks next may be luckier.
        const error = errorOf(report.failure);
        void this.endWorker(error);
        this.finish()?.reject(error);
        return this.next();
      }
      case "Progress":
        return this.current?.watch.onProgress?.({ done: report.done, total: report.total });
      case "Done":
        this.count(report.work);
        this.finish()?.resolve(report.verdict);
        return this.next();
      case "Failed": {
        this.count(report.work);
        const error = errorOf(report.failure);
        if (report.isFatal) this.lose(error);
        this.finish()?.reject(error);
        this.next();
      }
    }
  }

  private count({ loaded, bytes, ...work }: ResidentWork): void {
    const { uploads, decryptions, evictions } = this.total;
    this.total = {
      uploads: uploads + work.uploads,
      decryptions: decryptions + work.decryptions,
      evictions: evictions + work.evictions,
      loaded,
      bytes,
    };
  }

  private crashed(reason: string): void {
    const error = new SomaError("scoring_crashed", `the scoring worker died: ${reason}`);
    this.lost += 1;
    this.forgetWorker(error);
    this.finish()?.reject(error);
    this.next();
  }

  private lose(error: SomaError): void {
    this.lost += 1;
    void this.endWorker(error);
  }

  // The caller is answered at once; the worker takes the next job when it is done with this one.
  private cancel(entry: Entry): void {
    const place = this.queue.indexOf(entry);
    if (place >= 0) this.queue.splice(place, 1);
    else if (this.current === entry) {
      this.order({ kind: "Cancel" });
      this.patience ??= setTimeout(() => this.giveUp(), CANCEL_MS);
    } else return;
    entry.reject(cancelled());
  }

  private giveUp(): void {
    this.lose(cancelled());
    this.finish();
    this.next();
  }

  private finish(): Entry | undefined {
    clearTimeout(this.patience);
    this.patience = undefined;
    const entry = this.current;
    this.current = undefined;
    return entry;
  }

  private async endWorker(error: SomaError): Promise<void> {
    const { crew } = this;
    this.forgetWorker(error);
    if (crew === undefined) return this.ending;
    this.ending = crew.worker.stop();
    await this.ending;
    this.ending = undefined;
    this.next();
  }

  private forgetWorker(error: SomaError): void {
    this.crew?.device.reject(error);
    this.crew = undefined;
    this.total = { ...this.total, loaded: [], bytes: 0 };
  }
}

/** Too many wait already. */
export function busy(max: number): SomaError {
  const hint = "try again in a moment";
  return new SomaError("scoring_busy", `${max} scoring jobs wait already`, { hint });
}

function cancelled(): SomaError {
  return new SomaError("scoring_cancelled", "scoring was cancelled");
}
