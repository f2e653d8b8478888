/**
 * The processes of nodes, as the tables of /proc show them.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

import { compareText } from "../../src/base/bytes.ts";

const COMMAND = /\0start\0(validator|fullnode)\0--config\0([^\0]*)\0/;

/** A file of /proc, or nothing when the process is gone. */
export function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

/** The processes of nodes below `parent` that are alive; the fullnode comes last. */
export function nodesOf(parent: number): number[] {
  return [...nodesByConfig(parent).values()];
}

/** The same by what the names of their configuration files end in: `validator_0.yaml`. */
export function nodesByConfig(parent: number): ReadonlyMap<string, number> {
  const found = readdirSync("/proc")
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((pid) => {
      const [state, above] = readProc(pid, "stat").split(") ").at(-1)!.split(" ");
      const [, kind, config = ""] = COMMAND.exec(readProc(pid, "cmdline")) ?? [];
      const isOurs = kind !== undefined && Number(above) === parent && state !== "Z";
      return isOurs ? [{ pid, kind, name: config.slice(config.lastIndexOf("/") + 1) }] : [];
    });
  found.sort((a, b) => compareText(b.kind, a.kind) || compareText(a.name, b.name));
  return new Map(found.map(({ name, pid }) => [name, pid]));
}
