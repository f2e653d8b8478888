/**
 * The build for Windows under Wine: it starts, predicts as here, installs itself, and replaces the
 * program that does so. Removing is not tried: Wine refuses how Bun asks for that.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { FROM_SOURCE, Shell } from "../shell.ts";
import { makeReleases, type ReleaseFolder, type Run, sh } from "./releases.ts";

setDefaultTimeout(900_000);
const COMPILER = "x86_64-w64-mingw32-gcc";
const canRun =
  process.platform === "linux" && ["wine", COMPILER].every((name) => Bun.which(name) !== null);
const TARGET = "windows-x64";
const BIN = "C:\\users\\person\\.local\\bin";
const SUP = `${BIN}\\sup.exe`;
const SCORE = z.object({ winner: z.literal(0), loss: z.array(z.number()).length(2) });
/** A library of Windows 10 that Wine 8 lacks; all that is asked of it is random bytes. */
const MISSING = `#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) {
  return RtlGenRandom(bytes, (ULONG)count);
}
`;
/** Stands for another version: it says with which words it was started. */
const OTHER = `#include <stdio.h>
int main(int count, char **words) {
  printf("other %s %s\\n", words[1], words[2]);
  return 42;
}
`;

const folder = mkdtempSync(join(tmpdir(), "soma-wine-"));
const shell = new Shell(FROM_SOURCE);
let releases: ReleaseFolder;

beforeAll(async () => {
  if (!canRun) return;
  releases = makeReleases(["testnet-v0.1.0"], [TARGET]);
  const system = join(folder, "prefix/drive_c/windows/system32");
  writeFileSync(join(folder, "missing.c"), MISSING);
  const archive = join(releases.folder, `testnet-v0.1.0/soma-testnet-v0.1.0-${TARGET}.tar.gz`);
  const steps = [
    "wine winecfg -v win10",
    `${COMPILER} -shared -o ${system}/bcryptprimitives.dll ${folder}/missing.c -ladvapi32`,
    `tar -xzf ${archive} -C ${folder} soma.exe`,
  ];
  expect(await run(steps.join(" && "))).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await shell.close();
  await run("wineserver -k -w || true");
  releases?.close();
  rmSync(folder, { recursive: true });
});

/** Runs a line of sh with a Windows of its own. */
function run(line: string): Promise<Run> {
  return sh(line, {
    USER: "person",
    LOGNAME: "person",
    HOME: folder,
    WINEPREFIX: join(folder, "prefix"),
    WINEDEBUG: "-all",
  });
}

/** The name of a file of this machine in that Windows. */
function there(path: string): string {
  return `'Z:${path.replaceAll("/", "\\")}'`;
}

test.skipIf(!canRun)("it predicts as it does here", async () => {
  const files = ["7", "8"].map((seed) => join(folder, seed));
  for (const [index, file] of files.entries()) {
    const seed = String(7 + index);
    const made = await run(`wine ${folder}/soma.exe model init --seed ${seed} ${there(file)}`);
    expect(made).toMatchObject({ code: 0 });
    const own = join(shell.home, seed);
    expect(await shell.run("model", "init", "--seed", seed, own)).toMatchObject({ code: 0 });
    expect(readFileSync(file).equals(readFileSync(own))).toBe(true);
  }
  const data = join(folder, "data");
  writeFileSync(data, "a few bytes to predict");
  const words = files.flatMap((file) => ["--weights", there(file)]).join(" ");
  const scored = await run(`wine ${folder}/soma.exe score ${there(data)} ${words} --json`);
  const { loss } = SCORE.parse(JSON.parse(scored.out));
  const here = files.flatMap((file) => ["--weights", file]);
  const same = await shell.json(SCORE, "score", data, ...here);
  for (const [index, one] of loss.entries()) expect(one).toBeCloseTo(same.loss[index]!, 4);
});

test.skipIf(!canRun)("sup installs it and replaces itself while it runs", async () => {
  const from = `--from ${there(releases.folder)}`;
  const first = await run(`wine ${folder}/soma.exe sup install soma ${from} --target ${TARGET}`);
  expect(first).toMatchObject({ code: 0 });
  expect(first.out).toContain("is in use: C:\\users\\person\\.local\\bin\\soma.exe");
  expect(await run(`wine '${SUP}' install soma ${from} --force`)).toMatchObject({ code: 0 });
  for (const name of [SUP, SUP.replace("sup.exe", "SUP.EXE")]) {
    expect((await run(`wine '${name}' --version`)).out).toStartWith("sup 0.1.0");
  }
  expect(await run(`wine '${SUP}' verify`)).toMatchObject({ code: 0 });
});

test.skipIf(!canRun)("a folder's own version runs there in its place", async () => {
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, ".soma-version"), "0.0.9");
  const start = `cd ${project} && wine '${BIN}\\soma.exe' status --json`;
  const missing = await run(start);
  expect(missing).toMatchObject({ code: 3 });
  expect(missing.err).toContain("asks for 0.0.9");
  const versions = join(folder, "prefix/drive_c/users/person/.local/share/sup/versions");
  const other = join(versions, `testnet-v0.0.9-${TARGET}`);
  mkdirSync(other);
  writeFileSync(join(folder, "other.c"), OTHER);
  expect(await run(`${COMPILER} -o ${other}/soma.exe ${folder}/other.c`)).toMatchObject({
    code: 0,
  });
  const found = await run(start);
  expect({ ...found, out: found.out.trim() }).toMatchObject({
    code: 42,
    out: "other status --json",
  });
});
