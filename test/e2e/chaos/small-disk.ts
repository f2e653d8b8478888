/**
 * A disk that can be filled: a file system in memory of a fixed size, which only processes in a
 * mount namespace of its own see. Systems that do not let one be made have none.
 *
 * @module
 */
import { closeSync, cpSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import type { StorePaths } from "../../../src/host/stores.ts";

const SIZE = "192m";
const BLOCK_BYTES = 1_048_576;
const ROOT = 0;
const MOUNT = 'mount -t tmpfs -o "size=$2" soma "$1" && echo mounted && exec sleep 100000';

/** A small disk, mounted at a path for whoever is started with `wrapper`. */
export class SmallDisk {
  readonly wrapper: readonly string[];
  readonly path: string;
  /** The same directory as seen from outside. */
  readonly outside: string;
  private readonly keeper: Bun.Subprocess;

  private constructor(keeper: Bun.Subprocess, path: string, enter: readonly string[]) {
    this.keeper = keeper;
    this.path = path;
    this.outside = `/proc/${keeper.pid}/root${path}`;
    this.wrapper = ["nsenter", "-t", String(keeper.pid), ...enter, "--"];
  }

  /** Makes one at `path`, if that can be done. */
  static async open(path: string): Promise<SmallDisk | undefined> {
    if (Bun.which("unshare") === null || Bun.which("nsenter") === null) return undefined;
    mkdirSync(path, { recursive: true });
    const isRoot = process.getuid?.() === ROOT;
    const [leave, enter] = isRoot
      ? [["-m"], ["-m"]]
      : [["-Urm"], ["-U", "--preserve-credentials", "-m"]];
    const keeper = Bun.spawn(["unshare", ...leave, "sh", "-c", MOUNT, "sh", path, SIZE], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const first = await keeper.stdout.getReader().read();
    if (!first.done) return new SmallDisk(keeper, path, enter);
    await keeper.exited;
    return undefined;
  }

  /** Copies databases that are on this disk to where they can be opened; others stay. */
  rescue({ dbPath, consensusDbPath }: StorePaths): StorePaths {
    return { dbPath: this.copyOut(dbPath), consensusDbPath: this.copyOut(consensusDbPath) };
  }

  /** Leaves no room. */
  fill(): void {
    const descriptor = openSync(this.filler(), "w");
    const block = new Uint8Array(BLOCK_BYTES);
    try {
      for (let size = BLOCK_BYTES; size >= 1;) {
        if (!writes(descriptor, block.subarray(0, size))) size = Math.floor(size / 2);
      }
    } finally {
      closeSync(descriptor);
    }
  }

  /** Gives the room back. */
  free(): void {
    rmSync(this.filler(), { force: true });
  }

  /** Forgets the disk and all that is on it. */
  async close(): Promise<void> {
    this.keeper.kill("SIGKILL");
    await this.keeper.exited;
  }

  // The database library takes paths through /proc for what they are a link to.
  private copyOut(path: string): string {
    if (!path.startsWith(this.path)) return path;
    const below = path.slice(this.path.length);
    const copy = `${this.path}-copy${below}`;
    cpSync(`${this.outside}${below}`, copy, { recursive: true });
    return copy;
  }

  private filler(): string {
    return join(this.outside, "filler");
  }
}

function writes(descriptor: number, bytes: Uint8Array): boolean {
  try {
    return writeSync(descriptor, bytes) === bytes.length;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
