/**
 * The limit on the growth of a node's heap: one that this runtime knows.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { HEAP_GROWTH } from "../../src/host/heap-growth.ts";

test("the runtime takes the setting, which is not what it does by itself", () => {
  const env = { ...HEAP_GROWTH, BUN_JSC_dumpOptions: "1" };
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, "-e", "0"], { env });
  expect(exitCode).toBe(0);
  const said = stdout.toString() + stderr.toString();
  for (const [name, value] of Object.entries(HEAP_GROWTH)) {
    expect(said).toContain(`${name.replace("BUN_JSC_", "")}=${value} (default`);
  }
});

test("where it cannot become itself once more, a process goes on as it is", () => {
  const path = Bun.fileURLToPath(new URL("../../src/host/heap-growth.ts", import.meta.url));
  const script = `
    import { limitHeapGrowth } from ${JSON.stringify(path)};
    Object.defineProperty(process, "execPath", { value: "/absent/program" });
    limitHeapGrowth();
    console.log("went on");`;
  const { exitCode, stdout } = Bun.spawnSync([process.execPath, "-e", script], { env: {} });
  expect([exitCode, stdout.toString()]).toEqual([0, "went on\n"]);
});
