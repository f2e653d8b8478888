/**
 * A processor without AVX2, emulated: the one build for x64 starts there and computes, so there is
 * no other build for such processors.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { Shell } from "../shell.ts";

setDefaultTimeout(600_000);
const BUILD = join(import.meta.dir, "../../../scripts/build.ts");
const EMULATOR = Bun.which("qemu-x86_64");
const canRun = process.platform === "linux" && process.arch === "x64" && EMULATOR !== null;
/** Of 2008: SSE 4.2, no AVX. */
const PROCESSOR = "Nehalem";
const SCORE = z.object({ winner: z.literal(0), loss: z.array(z.number()).length(2) });

const folder = mkdtempSync(join(tmpdir(), "soma-old-processor-"));
const soma = join(folder, "soma");

beforeAll(() => {
  if (!canRun) return;
  const build = Bun.spawnSync([process.execPath, BUILD, "--outfile", soma]);
  expect({ code: build.exitCode, err: build.stderr.toString() }).toEqual({ code: 0, err: "" });
});

afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!canRun)("the build starts and predicts as on a newer one", async () => {
  const [old, own] = [new Shell([EMULATOR!, "-cpu", PROCESSOR, soma]), new Shell([soma])];
  try {
    expect((await old.run("--version")).stdout).toStartWith("soma ");
    const files = ["a", "b"].map((name) => join(folder, name));
    for (const [index, file] of files.entries()) {
      expect(await old.run("model", "init", "--seed", `${7 + index}`, file)).toMatchObject({
        code: 0,
      });
    }
    const data = join(folder, "data");
    writeFileSync(data, "a few bytes to predict");
    const words = ["score", data, ...files.flatMap((file) => ["--weights", file])];
    const [slow, fast] = [await old.json(SCORE, ...words), await own.json(SCORE, ...words)];
    for (const [index, loss] of slow.loss.entries()) expect(loss).toBeCloseTo(fast.loss[index]!, 4);
  } finally {
    await Promise.all([old.close(), own.close()]);
  }
});
