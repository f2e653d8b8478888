/**
 * `/metrics`: what an operator watches, for Prometheus. Checkpoints are called as indexers call
 * them; the rest of the node's figures come from whoever runs it.
 *
 * @module
 */
import { formatMetrics, type Metric, METRICS_TYPE } from "../../base/metrics.ts";
import type { HttpPorts } from "./ports.ts";
import { cachingHeaders, LIVE, send, textHeaders } from "./respond.ts";
import { type Route, route } from "./route.ts";

const US_PER_SECOND = 1_000_000;
const MS_PER_SECOND = 1_000;

/** `GET /metrics`. */
export function metricsRoutes(ports: HttpPorts): readonly Route[] {
  return [
    route(
      {
        id: "getMetrics",
        tag: "Node",
        method: "GET",
        path: "/metrics",
        summary: "What an operator watches, for Prometheus",
        ignoresQuery: true,
        answer: { type: METRICS_TYPE, description: "The metrics in the text format 0.0.4" },
      },
      ({ context }) => {
        const text = formatMetrics([
          ...chainMetrics(ports),
          ...(ports.metrics?.() ?? []),
          ...processMetrics(ports),
        ]);
        const headers = { ...cachingHeaders(LIVE), ...textHeaders(METRICS_TYPE, text) };
        return send(context, text, { headers });
      },
    ),
  ];
}

function chainMetrics({ reader, clock }: HttpPorts): readonly Metric[] {
  const { summary } = reader.latest();
  const lagMs = Math.max(0, Math.floor(clock.nowMs()) - Number(summary.timestamp_ms));
  return [
    gauge("soma_watermark_epoch", "Epoch of the last certified checkpoint", summary.epoch),
    gauge("soma_watermark_checkpoint", "Last certified checkpoint", summary.sequence_number),
    gauge(
      "soma_watermark_transaction",
      "Transactions of the network up to the last certified checkpoint",
      summary.network_total_transactions,
    ),
    gauge(
      "soma_watermark_timestamp_ms",
      "Time of the last certified checkpoint",
      summary.timestamp_ms,
    ),
    gauge(
      "soma_latest_ingested_checkpoint_timestamp_lag_ms",
      "Time since the last certified checkpoint",
      lagMs,
    ),
  ];
}

function processMetrics({ clock }: HttpPorts): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const startSeconds = clock.nowMs() / MS_PER_SECOND - process.uptime();
  return [
    {
      name: "process_cpu_seconds_total",
      help: "Processor time of the process",
      kind: "counter",
      value: (user + system) / US_PER_SECOND,
    },
    gauge("process_resident_memory_bytes", "Memory of the process", rss),
    gauge("process_heap_bytes", "Memory of the process in objects", heapUsed),
    gauge("process_start_time_seconds", "When the process began", startSeconds),
  ];
}

function gauge(name: string, help: string, value: number | bigint): Metric {
  return { name, help, kind: "gauge", value };
}
