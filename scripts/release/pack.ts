/**
 * Packs what a release ships. The same files give the same bytes: entries are sorted, have no owner
 * and one date.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream, rmSync, statSync } from "node:fs";
import { basename } from "node:path";

import type { Format } from "../../src/sup/release.ts";

/** How hard to compress: `fast` for trying, `best` for shipping. */
export type Effort = "fast" | "best";

/** A file of a release. */
export type Packed = { readonly name: string; readonly size: number; readonly sha256: string };

const LEVELS: Readonly<Record<Effort, string>> = { fast: "-1", best: "-9" };
const COMPRESSORS: Readonly<Record<Format, readonly string[]>> = {
  "tar.gz": ["gzip", "-n"],
  // One thread: how many there are must not change the bytes.
  "tar.xz": ["xz", "-T1"],
};

/** Packs `names` of `folder` into `outfile`. */
export async function pack(
  folder: string,
  names: readonly string[],
  outfile: string,
  { format, effort }: { readonly format: Format; readonly effort: Effort },
): Promise<Packed> {
  const tar = `${outfile}.partial`;
  const owner = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u+rwX,go+rX,go-w"];
  const sorted = ["--sort=name", "--mtime=@0", "--format=ustar", ...owner];
  run(["tar", "-C", folder, ...sorted, "-cf", tar, ...names]);
  const compressed = Bun.file(outfile);
  const command = [...COMPRESSORS[format], LEVELS[effort], "-c", tar];
  const child = Bun.spawn(command, { stdout: compressed, stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed`);
  rmSync(tar);
  return { name: basename(outfile), size: statSync(outfile).size, sha256: await sha256(outfile) };
}

/** The SHA-256 of a file, 64 hex digits. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

function run(command: readonly string[]): void {
  const { success, stderr } = Bun.spawnSync([...command]);
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString().trim()}`);
}
