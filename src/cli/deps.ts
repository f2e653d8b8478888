/**
 * What commands get from outside, so that a test can call them in its own process: two text sinks,
 * a terminal to ask on, the environment, the clock, randomness, signals. `process-deps.ts` has the
 * real ones.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";

/** Where text goes. */
export type TextSink = {
  readonly isTty: boolean;
  /** Width of the terminal; `undefined` where lines have no limit. */
  readonly columns: number | undefined;
  /** Writes all of `text` before it returns. A reader that went away is remembered, not thrown. */
  readonly write: (text: string) => void;
  /** Whether the reader went away before it had everything. */
  readonly isBroken: () => boolean;
};

/** Where answers come from. */
export type TextSource = {
  readonly isTty: boolean;
  /** All text up to its end. */
  readonly readAll: () => Promise<string>;
  /** One typed line after `question`; `undefined` at the end of input. A secret is not shown. */
  readonly ask: (question: string, isSecret: boolean) => Promise<string | undefined>;
};

/** A request to stop. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** The world of a command. */
export type CliDeps = {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly stdin: TextSource;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Processor time that this process has used. */
  readonly cpuMs: () => number;
  /** Random bytes that are fit for keys. */
  readonly randomBytes: (size: number) => Uint8Array;
  /** Calls `listener` on a request to stop instead of ending; returns how to undo that. */
  readonly onStop: (listener: (signal: StopSignal) => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => never;
  /** Runs once before a command does: what is slow to load and `--version` can do without. */
  readonly prepare: () => Promise<void>;
  /** Lets the process go on after its command for as long as there is something to do. */
  readonly linger: () => void;
};
