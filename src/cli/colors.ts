/**
 * Whether output has colours. NO_COLOR (no-color.org) and a dumb terminal turn them off,
 * FORCE_COLOR turns them on where there is no terminal.
 *
 * @module
 */
import picocolors from "picocolors";

import type { TextSink } from "./deps.ts";

/** Functions that colour text, or leave it as it is. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** The colours for what goes to `sink`. */
export function colorsFor(
  sink: TextSink,
  env: Readonly<Record<string, string | undefined>>,
): Colors {
  const isForced = (env["FORCE_COLOR"] ?? "0") !== "0" && env["FORCE_COLOR"] !== "";
  const isRefused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return picocolors.createColors(!isRefused && (sink.isTty || isForced));
}
