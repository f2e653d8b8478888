/**
 * The log of a process: one line of text an event, on stderr, from a chosen level on. Lines are for
 * people; control characters in them are replaced, because parts of a line may come from a peer.
 *
 * @module
 */

/** How much a line matters, from least to most. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where lines of one part of the process go. */
export type Logger = {
  readonly debug: (message: string) => void;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
  /** The same log, with the name of a part in front of each line. */
  readonly named: (name: string) => Logger;
};

/** Which lines are written, and by what. */
export type LogOptions = {
  /** The least level that is written; `silent` writes nothing. */
  readonly level: LogLevel | "silent";
  readonly write?: (line: string) => void;
};

const RANKS: Readonly<Record<LogLevel | "silent", number>> = {
  debug: 0,
  info: 1,
  warn: 2,
  error: 3,
  silent: 4,
};
const LEVEL_COLUMNS = 5;
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** The log of a process. */
export function createLogger(options: LogOptions): Logger {
  return logger("", options);
}

/** A log that writes nothing. */
export const SILENT_LOG: Logger = createLogger({ level: "silent" });

function logger(name: string, options: LogOptions): Logger {
  const { level: least, write = writeLine } = options;
  const at = (level: LogLevel) => (message: string) => {
    if (RANKS[level] >= RANKS[least]) write(formatLine(level, name, message));
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    named: (part) => logger(name === "" ? part : `${name}/${part}`, options),
  };
}

function formatLine(level: LogLevel, name: string, message: string): string {
  const time = new Date().toISOString();
  const place = name === "" ? "" : `${name}: `;
  const line = `${time} ${level.toUpperCase().padEnd(LEVEL_COLUMNS)} ${place}${message}`;
  return line.replace(CONTROL, " ");
}

function writeLine(line: string): void {
  console.error(line);
}
