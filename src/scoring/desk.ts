/**
 * Where requests of the scoring service come in, whichever way they were sent: counted, timed, and
 * shown to whoever watches the service.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Metric } from "../base/metrics.ts";
import type { EngineCounts, ScoreRequest, ScoringEngine } from "./engine.ts";
import type { ScoreVerdict } from "./job.ts";
import type { SupplyWatch } from "./supply.ts";

/** Watches one request; `finish` is called when it is over. */
export type RequestWatch = Pick<SupplyWatch, "onDownload" | "onProgress"> & {
  readonly finish: () => void;
};

/** What the service works with. */
export type DeskOptions = {
  readonly engine: Pick<ScoringEngine, "score" | "counts">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called for each request. */
  readonly watch?: (() => RequestWatch) | undefined;
};

const MS_PER_SECOND = 1_000;

/** Takes requests. */
export class ScoringDesk {
  private readonly options: DeskOptions;
  private scored = 0;
  private failed = 0;
  private leftOut = 0;
  private busyMs = 0;

  constructor(options: DeskOptions) {
    this.options = options;
  }

  /** Runs a competition until `signal` says that nobody waits for it any more. */
  async score(request: ScoreRequest, signal: AbortSignal): Promise<ScoreVerdict> {
    const { engine, clock, watch } = this.options;
    const startMs = clock.monotonicMs();
    const watching = watch?.();
    try {
      const verdict = await engine.score(request, { ...watching, signal });
      this.scored += 1;
      this.tell(request, verdict, clock.monotonicMs() - startMs);
      return verdict;
    } catch (error) {
      this.failed += 1;
      throw error;
    } finally {
      watching?.finish();
      this.busyMs += clock.monotonicMs() - startMs;
    }
  }

  /** What was counted since the start, and what the engine holds. */
  metrics(): readonly Metric[] {
    const requests = counter("requests_total", "Requests to score, by how they ended", 0);
    const seconds = this.busyMs / MS_PER_SECOND;
    return [
      { ...requests, value: this.scored, labels: { outcome: "scored" } },
      { ...requests, value: this.failed, labels: { outcome: "failed" } },
      counter("models_left_out_total", "Models that were no good for their request", this.leftOut),
      counter("seconds_total", "Time spent on requests to score", seconds),
      ...engineMetrics(this.options.engine.counts),
    ];
  }

  private tell({ models }: ScoreRequest, { leftOut }: ScoreVerdict, elapsedMs: number): void {
    const count = models.length - leftOut.length;
    const seconds = (elapsedMs / MS_PER_SECOND).toFixed(2);
    this.options.log.info(`scored ${count} ${count === 1 ? "model" : "models"} in ${seconds} s`);
    this.leftOut += leftOut.length;
    for (const { model, code, message } of leftOut) {
      this.options.log.warn(`left out ${models[model]?.checksum} (${code}): ${message}`);
    }
  }
}

function engineMetrics({ pending, cached, resident, ...counts }: EngineCounts): Metric[] {
  const { downloads, downloadedBytes, plainDecryptions, devicesLost } = counts;
  const decryptions = resident.decryptions + plainDecryptions;
  return [
    gauge("pending", "Requests that are scored or wait", pending),
    counter("downloads_total", "Downloads that were begun", downloads),
    counter("downloaded_bytes_total", "Bytes that downloads brought", downloadedBytes),
    counter("uploads_total", "Models brought into the memory of the device", resident.uploads),
    counter("decryptions_total", "Models that were decrypted for it", decryptions),
    counter("unloads_total", "Models that had to leave it", resident.evictions),
    counter("devices_lost_total", "Devices that failed at work and were opened anew", devicesLost),
    gauge("resident_models", "Models in the memory of the device", resident.loaded.length),
    gauge("resident_bytes", "What these take of it", resident.bytes),
    counter("removals_total", "Files that had to leave the disk", cached.evictions),
    gauge("cached_files", "Fetched files on disk", cached.count),
    gauge("cached_bytes", "What these take of it", cached.bytes),
  ];
}

function counter(name: string, help: string, value: number): Metric {
  return { name: `soma_scoring_${name}`, help, kind: "counter", value };
}

function gauge(name: string, help: string, value: number): Metric {
  return { name: `soma_scoring_${name}`, help, kind: "gauge", value };
}
