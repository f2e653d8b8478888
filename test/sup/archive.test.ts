/**
 * The executable comes out of both kinds of archive, and nothing else is written.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { SomaError } from "../../src/base/errors.ts";
import { extract } from "../../src/sup/archive.ts";
import type { Format } from "../../src/sup/release.ts";
import { temporary } from "./temporary.ts";

const PROGRAM = "#!/bin/sh\n".repeat(1000);
const hasXz = Bun.which("xz") !== null;

async function archive(format: Format, files: Readonly<Record<string, string>>): Promise<string> {
  const file = join(temporary(), `a.${format}`);
  const tar = await new Bun.Archive(files).bytes();
  if (format === "tar.gz") writeFileSync(file, gzipSync(tar));
  else writeFileSync(file, Bun.spawnSync(["xz", "-c"], { stdin: tar }).stdout);
  return file;
}

async function refusal(act: () => Promise<void>): Promise<SomaError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SomaError) return error;
    throw error;
  }
  throw new Error("it was unpacked");
}

describe.each(["tar.gz", "tar.xz"] as const)("%s", (format) => {
  test.skipIf(format === "tar.xz" && !hasXz)("gives the executable, and only that", async () => {
    const file = await archive(format, { soma: PROGRAM, "../evil": "x", LICENSE: "y" });
    const folder = temporary();
    await extract({ file, format }, "soma", join(folder, "soma"));
    expect(readFileSync(join(folder, "soma"), "utf8")).toBe(PROGRAM);
    expect(statSync(join(folder, "soma")).mode & 0o777).toBe(0o755);
    expect(readdirSync(folder)).toEqual(["soma"]);
    expect(existsSync(join(folder, "../evil"))).toBe(false);
  });

  test("that is none is refused", async () => {
    const file = join(temporary(), "a");
    writeFileSync(file, "not an archive");
    const error = await refusal(() => extract({ file, format }, "soma", `${file}.out`));
    expect(error.exit).toBe(4);
  });
});

test("an archive without the executable is refused", async () => {
  const file = await archive("tar.gz", { other: "x" });
  const format = "tar.gz";
  const error = await refusal(() => extract({ file, format }, "soma", `${file}.out`));
  expect(error.message).toContain("holds no soma");
});
