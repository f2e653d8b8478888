/**
 * Progress of long work, on standard error. A terminal shows a bar with the time left where the
 * total is known, and a spinner where it is not. Elsewhere, as in a log, work that takes long has a
 * line for each quarter, and other work none.
 *
 * @module
 */
import type { Context } from "./command.ts";
import { textWidth } from "./text-layout.ts";

/** A running display. */
export type Progress = {
  /** How much is done, in the units of the total. */
  readonly update: (done: number) => void;
  /** Removes the display. */
  readonly finish: () => void;
};

/** What one line of progress shows. */
export type ProgressState = {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly elapsedMs: number;
  readonly columns: number;
};

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const QUARTERS = 4;
/** Work that takes less needs no words. */
const LONG_MS = 2_000;
const BAR_COLUMNS_MAX = 40;
const CLEAR_LINE = "\r\u001b[K";

/** Starts to show progress of `label`; `total` is what `update` counts up to. */
export function startProgress(
  { deps, output }: Pick<Context, "deps" | "output">,
  label: string,
  total?: number,
): Progress {
  const { clock, stderr } = deps;
  if (output.isJson) return { update: () => undefined, finish: () => undefined };
  const startMs = clock.monotonicMs();
  if (!stderr.isTty) {
    const elapsed = (): number => clock.monotonicMs() - startMs;
    return quarterLines({ label, total }, elapsed, (line) => stderr.write(`${line}\n`));
  }
  let done = 0;
  const draw = (): void => {
    const elapsedMs = clock.monotonicMs() - startMs;
    const columns = stderr.columns ?? 80;
    stderr.write(CLEAR_LINE + progressLine({ label, done, total, elapsedMs, columns }));
  };
  const timer = setInterval(draw, FRAME_MS);
  // A command that fails must end, whether or not it finished its display.
  timer.unref();
  draw();
  return {
    update: (value) => {
      done = value;
    },
    finish: () => {
      clearInterval(timer);
      stderr.write(CLEAR_LINE);
    },
  };
}

/** Tells each quarter of work that has taken long by then. */
function quarterLines(
  { label, total = 0 }: { readonly label: string; readonly total: number | undefined },
  elapsed: () => number,
  write: (line: string) => void,
): Progress {
  let told = 0;
  const update = (done: number): void => {
    const share = Math.min(1, done / total);
    const quarter = Math.floor(share * QUARTERS);
    const elapsedMs = elapsed();
    if (!(quarter > told) || quarter === QUARTERS || elapsedMs < LONG_MS) return;
    told = quarter;
    write(`${label}: ${quarter * (100 / QUARTERS)} %${timeLeft(share, elapsedMs)}`);
  };
  return { update, finish: () => undefined };
}

/** The line for `state`, never wider than its columns. */
export function progressLine(state: ProgressState): string {
  const { label, done, total, elapsedMs, columns } = state;
  const frame = FRAMES[Math.floor(elapsedMs / FRAME_MS) % FRAMES.length]!;
  const head = `${frame} ${label}`;
  if (total === undefined || total <= 0)
    return `${head}  ${duration(elapsedMs)}`.slice(0, columns - 1);
  const share = Math.min(1, done / total);
  const tail = `${Math.floor(share * 100)} %${timeLeft(share, elapsedMs)}`;
  const room = columns - textWidth(head) - textWidth(tail) - 6;
  if (room < 5) return `${head}  ${tail}`.slice(0, columns - 1);
  const width = Math.min(BAR_COLUMNS_MAX, room);
  const filled = Math.floor(share * width);
  return `${head}  ${"━".repeat(filled)}${"─".repeat(width - filled)}  ${tail}`;
}

/** A length of time for people: `~2h 15m`, `~1m 30s`, `~5s`, `< 1s`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return "< 1s";
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `~${hours}h ${minutes % 60}m`;
  return minutes > 0 ? `~${minutes}m ${seconds % 60}s` : `~${seconds}s`;
}

function timeLeft(share: number, elapsedMs: number): string {
  if (share <= 0 || share >= 1) return "";
  return `, ${duration((elapsedMs * (1 - share)) / share)} left`;
}
