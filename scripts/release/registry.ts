/**
 * Packages that a release is put together from: they come from the package registry by name and are
 * used only if their bytes are the ones that a table in the sources fixed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A package whose bytes are fixed. */
export type PinnedPackage = {
  readonly name: string;
  readonly version: string;
  /** The SHA-512 of its archive in base64, as lock files have it. */
  readonly sha512: string;
};

const CACHE = join(import.meta.dir, "../../node_modules/.cache/soma-packages");

/** The folder with the files of a package; brought once. */
export async function bringPackage(pinned: PinnedPackage): Promise<string> {
  const folder = join(CACHE, `${pinned.name.replace("/", "+")}@${pinned.version}`);
  if (existsSync(folder)) return join(folder, "package");
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  try {
    await new Bun.Archive(packedPackage(pinned, scratch)).extract(scratch);
    if (!existsSync(folder)) renameSync(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return join(folder, "package");
}

/** The archive of a package, if it is the one that was fixed. */
function packedPackage({ name, version, sha512 }: PinnedPackage, cwd: string): Buffer<ArrayBuffer> {
  const command = ["npm", "pack", `${name}@${version}`, "--silent"];
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd });
  if (!success) throw new Error(`npm pack ${name}: ${stderr.toString().trim()}`);
  const file = join(cwd, stdout.toString().trim().split("\n").at(-1)!);
  const packed = readFileSync(file);
  rmSync(file);
  const actual = createHash("sha512").update(packed).digest("base64");
  if (actual !== sha512) throw new Error(`${name}: SHA-512 is ${actual}, not ${sha512}`);
  return packed;
}
