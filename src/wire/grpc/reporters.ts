/**
 * Who reported whom, in gRPC.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";

import type { ReportRecords } from "../../types/system-state.ts";
import { type ReporterSet, ReporterSetSchema } from "../generated/soma_pb.js";

/** Records by the text of their subject. */
export function reportersMessage<Subject extends string>(
  records: ReportRecords<Subject>,
  nameOf: (subject: Subject) => string,
): Record<string, ReporterSet> {
  const entries = [...records].map(
    ([subject, reporters]) =>
      [nameOf(subject), create(ReporterSetSchema, { reporters: [...reporters] })] as const,
  );
  return Object.fromEntries(entries);
}
