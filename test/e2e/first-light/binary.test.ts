/**
 * First light from the executable: nothing else in the environment, nothing of this project and no
 * other program in reach.
 *
 * @module
 */
import { test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Shell } from "../shell.ts";
import { walk } from "./walk.ts";

const BUILD = new URL("../../../scripts/build.ts", import.meta.url).pathname;

test("from a new wallet to a reward", async () => {
  const folder = mkdtempSync(join(tmpdir(), "soma-walk-"));
  const program = join(folder, "soma");
  const build = Bun.spawnSync([process.execPath, BUILD, "--json", "--outfile", program]);
  if (build.exitCode !== 0) throw new Error(build.stderr.toString());
  const shell = new Shell([program]);
  try {
    await walk(shell);
  } finally {
    await shell.close();
    rmSync(folder, { recursive: true });
  }
});
