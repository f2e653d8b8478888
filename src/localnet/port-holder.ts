/**
 * Who listens on a port of this machine, as far as the system tells: on Linux from the tables of
 * sockets and processes in /proc, elsewhere nobody.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { systemCode } from "../base/errors.ts";

const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];
const LISTENING = "0A";
const COMMAND_CHARACTERS_MAX = 60;

/** The process that listens on `port`: `process 4711 (python3 -m http.server)`. */
export function portHolder(port: number): string | undefined {
  const sockets = new Set(TABLES.flatMap((path) => listeners(readText(path), port)));
  if (sockets.size === 0) return undefined;
  const holder = listNames("/proc").find(
    (name) => /^\d+$/.test(name) && holds(`/proc/${name}/fd`, sockets),
  );
  if (holder === undefined) return undefined;
  const command = readText(`/proc/${holder}/cmdline`).replaceAll("\0", " ").trim();
  return `process ${holder} (${shorten(command)})`;
}

/** The sockets that listen on `port`: lines of local address, state and, as the tenth, inode. */
function listeners(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    return state === LISTENING && local.endsWith(suffix) ? [`socket:[${inode}]`] : [];
  });
}

function holds(directory: string, sockets: ReadonlySet<string>): boolean {
  return listNames(directory).some((name) => {
    const target = unlessGone("", () => readlinkSync(`${directory}/${name}`));
    return sockets.has(target);
  });
}

function listNames(directory: string): readonly string[] {
  return unlessGone([], () => readdirSync(directory));
}

function readText(path: string): string {
  return unlessGone("", () => readFileSync(path, "utf8"));
}

/** Processes end while they are looked at, and others are not ours to look at. */
function unlessGone<T>(nothing: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) !== undefined) return nothing;
    throw error;
  }
}

function shorten(command: string): string {
  const shown = command.slice(0, COMMAND_CHARACTERS_MAX);
  return shown.length < command.length ? `${shown}…` : shown;
}
