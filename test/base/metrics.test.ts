/**
 * The text format of metrics, by an example whose form is that of the format's description.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { formatMetrics, type Metric } from "../../src/base/metrics.ts";

test("samples of one name stand together under their help and kind", () => {
  const requests = { name: "http_requests_total", help: "Requests", kind: "counter" } as const;
  const metrics: readonly Metric[] = [
    { ...requests, value: 1_027, labels: { method: "post", code: "200" } },
    { name: "heap_bytes", help: "Heap", kind: "gauge", value: 0.5 },
    { ...requests, value: 2n ** 63n, labels: { path: 'C:\\a "b"\n' } },
  ];
  expect(formatMetrics(metrics)).toBe(
    [
      "# HELP http_requests_total Requests",
      "# TYPE http_requests_total counter",
      'http_requests_total{method="post",code="200"} 1027',
      'http_requests_total{path="C:\\\\a \\"b\\"\\n"} 9223372036854775808',
      "# HELP heap_bytes Heap",
      "# TYPE heap_bytes gauge",
      "heap_bytes 0.5",
      "",
    ].join("\n"),
  );
});

test("a name that is none is our own mistake", () => {
  expect(() => formatMetrics([{ name: "a b", help: "", kind: "gauge", value: 1 }])).toThrow();
});
