/**
 * What `soma doctor` does: opens every backend, has it give the known answer, and measures it.
 *
 * @module
 */
import { freemem, totalmem } from "node:os";

import { type BackendOpener, OPENERS, tryOpener } from "../../runtime/select.ts";
import { measureSpeed, type SpeedClass, speedClass } from "../../runtime/speed.ts";
import { bytesText } from "../amounts.ts";
import type { Context } from "../command.ts";

/** What was found about one backend. */
type Finding = {
  readonly device: string;
  readonly kernels: string;
  readonly known_answer: "right" | "wrong" | "not asked";
  readonly adapter: string | null;
  readonly driver: string | null;
  readonly memory_bytes: number | null;
  readonly gflops: number | null;
  readonly speed_class: SpeedClass | null;
  readonly reason: string | null;
};

/** `doctor` */
export async function doctorAction({ output }: Context): Promise<void> {
  const findings: Finding[] = [];
  for (const opener of OPENERS) findings.push(await examine(opener));
  const auto = findings.find(({ known_answer: answer }) => answer === "right")?.device ?? null;
  const memory = { total_bytes: totalmem(), free_bytes: freemem() };
  output.result({ auto, memory, backends: findings }, () => {
    output.table({
      title: "Backends, the best first",
      head: ["Device", "Kernels", "Known answer", "Speed", "Good for"],
      rows: findings.map((finding) => [
        finding.device,
        finding.kernels,
        finding.known_answer,
        finding.gflops === null ? "" : `${finding.gflops} GFLOP/s`,
        finding.speed_class ?? "",
      ]),
    });
    for (const { kernels, adapter, driver, memory_bytes: room, reason } of findings) {
      if (reason !== null) output.line(`${kernels}: ${reason}`);
      else output.line(`${kernels}: ${adapter}, ${driver}, ${bytesText(room ?? 0)} for models`);
    }
    output.line(`Memory: ${bytesText(memory.free_bytes)} of ${bytesText(memory.total_bytes)} free`);
    output.line(`--device auto takes ${auto ?? "nothing: no backend works here"}.`);
  });
  if (auto === null) output.failed();
}

async function examine(opener: BackendOpener): Promise<Finding> {
  const { backend, reason } = await tryOpener(opener);
  const common = { device: opener.name, kernels: opener.kind };
  if (backend === undefined) {
    return {
      ...common,
      known_answer: reason?.code === "backend_wrong" ? "wrong" : "not asked",
      adapter: null,
      driver: null,
      memory_bytes: null,
      gflops: null,
      speed_class: null,
      reason: reason?.message ?? null,
    };
  }
  const { name: adapter, driver, memoryBytes } = backend.adapter;
  const flops = await measureSpeed(backend);
  await backend.close();
  return {
    ...common,
    known_answer: "right",
    adapter,
    driver,
    memory_bytes: memoryBytes,
    gflops: Number((flops / 1e9).toPrecision(3)),
    speed_class: speedClass(flops),
    reason: null,
  };
}
