/**
 * The packages of a release, installed from their files by npm and by Bun, with what they ask for
 * from the registry.
 *
 * @module
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

setDefaultTimeout(300_000);
const ROOT = join(import.meta.dir, "../..");
const folder = mkdtempSync(join(tmpdir(), "soma-npm-install-"));

afterAll(() => rmSync(folder, { recursive: true }));

const cases = [
  {
    name: "npm and Node",
    installer: ["npm", "install", "--no-audit", "--no-fund"],
    runtime: "node",
  },
  { name: "Bun", installer: [process.execPath, "add"], runtime: process.execPath },
].filter(
  ({ installer, runtime }) => Bun.which(installer[0]!) !== null && Bun.which(runtime) !== null,
);

test.each(cases)("$name", ({ installer, runtime }) => {
  const out = join(folder, "out");
  const release = [process.execPath, join(ROOT, "scripts/release.ts"), "--tag", "sdk-v1.2.3"];
  run([...release, "--keys", join(folder, "keys"), "--out", out], ROOT);
  const place = join(folder, String(cases.findIndex((one) => one.runtime === runtime)));
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), "{}");
  run([...installer, join(out, "sdk-v1.2.3/soma-sdk-1.2.3.tgz")], place);
  const script = 'import { Keypair, SomaClient } from "soma-sdk"; Keypair.generate(); SomaClient;';
  writeFileSync(join(place, "a.mjs"), script);
  run([runtime, "a.mjs"], place);
});

function run(command: readonly string[], cwd: string): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd });
  const said = `${stdout.toString()}\n${stderr.toString()}`;
  expect({ command, exitCode, said: exitCode === 0 ? "" : said }).toEqual({
    command,
    exitCode: 0,
    said: "",
  });
}
