/**
 * What an operator watches: in the form that Prometheus reads, and true.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import type { Metric } from "../../../src/base/metrics.ts";
import { SOMA } from "../../ledger/fixtures.ts";
import { ALICE, BOB, Surface, transfer } from "../surface.ts";

const own: Metric = {
  name: "soma_own",
  help: "Own",
  kind: "gauge",
  value: 7,
  labels: { node: "a" },
};
const surface = new Surface({ metrics: () => [own] });
afterAll(() => surface.close());

test("the figures are those of the chain and of this process", async () => {
  surface.chain.execute(transfer(surface, ALICE, BOB.address, SOMA));
  const response = await surface.ask("/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).trimEnd().split("\n");
  for (const line of lines) {
    expect(line).toMatch(/^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{\w+="\w+"\})? [0-9.e+]+)$/);
  }
  const { summary } = surface.chain.reader.latest();
  expect(lines).toContain(`soma_watermark_checkpoint ${summary.sequence_number}`);
  expect(lines).toContain(`soma_watermark_epoch ${summary.epoch}`);
  expect(lines).toContain(`soma_watermark_transaction ${summary.network_total_transactions}`);
  expect(lines).toContain('soma_own{node="a"} 7');
  const memory = lines.find((line) => line.startsWith("process_resident_memory_bytes "));
  expect(Number(memory?.split(" ")[1])).toBeGreaterThan(10_000_000);
});
