/**
 * Metrics in the text format of Prometheus, version 0.0.4: each has one line of help, its kind, and
 * a sample for each set of labels.
 *
 * @module
 */
import { assert } from "./assert.ts";

/** The media type of the format. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One sample; those of one name have the same kind and help. */
export type Metric = {
  /** In snake_case, its unit last; a counter ends in `_total`. */
  readonly name: string;
  /** One sentence without a full stop. */
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly value: number | bigint;
  readonly labels?: Readonly<Record<string, string>>;
};

const NAME = /^[a-z_][a-z0-9_]*$/;

/** The text of metrics; samples of one name stand together, in their order. */
export function formatMetrics(metrics: readonly Metric[]): string {
  const lines: string[] = [];
  for (const [name, samples] of Map.groupBy(metrics, (metric) => metric.name)) {
    assert(NAME.test(name), "a metric has a name");
    const [{ help, kind }] = samples as [Metric, ...Metric[]];
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
    for (const { labels = {}, value } of samples)
      lines.push(`${name}${labelText(labels)} ${value}`);
  }
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
