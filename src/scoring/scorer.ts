/**
 * Scoring off the main thread: a bounded queue of competitions, one at a time in a worker. A job
 * that is cancelled while it runs takes the worker with it; the next one starts a new worker.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { spawnWorker, type WorkerHandle } from "../spawn.ts";
import {
  type JobReport,
  RESIDENT_MODELS_MAX,
  type ScoreJob,
  type ScoreProgress,
  type ScoreVerdict,
} from "./job.ts";

/** How a caller follows a job and ends it early. */
export type ScoreWatch = {
  readonly onProgress?: (progress: ScoreProgress) => void;
  readonly signal?: AbortSignal;
};

type Entry = {
  readonly job: ScoreJob;
  readonly watch: ScoreWatch;
  readonly resolve: (verdict: ScoreVerdict) => void;
  readonly reject: (error: Error) => void;
};

const QUEUE_MAX = 64;

/** A worker that scores. */
export class Scorer {
  private readonly queue: Entry[] = [];
  /** Names of the models in the worker, in the order of their last use. */
  private readonly resident = new Set<string>();
  private current: Entry | undefined;
  private worker: WorkerHandle | undefined;

  /** Jobs that wait or run. */
  get pending(): number {
    return this.queue.length + (this.current === undefined ? 0 : 1);
  }

  /** Runs a competition when its turn comes. */
  score(job: ScoreJob, watch: ScoreWatch = {}): Promise<ScoreVerdict> {
    if (this.queue.length >= QUEUE_MAX) {
      const hint = "try again in a moment";
      throw new SomaError("scoring_busy", `${QUEUE_MAX} scoring jobs wait already`, { hint });
    }
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
    await this.endWorker();
  }

  private next(): void {
    if (this.current !== undefined) return;
    const entry = this.queue.shift();
    if (entry === undefined) return;
    if (entry.watch.signal?.aborted === true) {
      entry.reject(cancelled());
      return this.next();
    }
    this.current = entry;
    this.worker ??= spawnWorker("scoring", {
      onMessage: (report) => this.hear(report as JobReport),
      onCrash: (reason) => this.crashed(reason),
    });
    this.worker.post({ ...entry.job, models: this.withoutResident(entry.job) });
  }

  // The worker keeps the same list by the same rule, so both agree on what is loaded.
  private withoutResident(job: ScoreJob): ScoreJob["models"] {
    const models = job.models.map((model) => {
      const isThere = this.resident.delete(model.name);
      this.resident.add(model.name);
      return isThere ? { name: model.name, file: undefined } : model;
    });
    for (const oldest of this.resident) {
      if (this.resident.size <= RESIDENT_MODELS_MAX) break;
      this.resident.delete(oldest);
    }
    return models;
  }

  private hear(report: JobReport): void {
    if (report.kind === "Progress") {
      this.current?.watch.onProgress?.({ done: report.done, total: report.total });
      return;
    }
    const entry = this.finish();
    if (report.kind === "Done") entry?.resolve(report.verdict);
    else {
      // What a failed job left loaded is not known: start afresh.
      void this.endWorker();
      entry?.reject(new SomaError(report.code, report.message));
    }
    this.next();
  }

  private crashed(reason: string): void {
    this.worker = undefined;
    this.resident.clear();
    this.finish()?.reject(new SomaError("scoring_crashed", `the scoring worker died: ${reason}`));
    this.next();
  }

  private cancel(entry: Entry): void {
    const place = this.queue.indexOf(entry);
    if (place >= 0) this.queue.splice(place, 1);
    else if (this.current === entry) {
      this.finish();
      void this.endWorker();
    } else return;
    entry.reject(cancelled());
    this.next();
  }

  private finish(): Entry | undefined {
    const entry = this.current;
    this.current = undefined;
    return entry;
  }

  private async endWorker(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    this.resident.clear();
    await worker?.stop();
  }
}

function cancelled(): SomaError {
  return new SomaError("scoring_cancelled", "scoring was cancelled");
}
