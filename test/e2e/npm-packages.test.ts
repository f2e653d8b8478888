/**
 * The packages that tags `sdk-v*` and `models-v*` release, in an empty folder, under Node and Bun:
 * they import, talk to a network, agree with the program, and have types.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { freePortBase, Shell } from "./shell.ts";

setDefaultTimeout(300_000);
const ROOT = join(import.meta.dir, "../..");
const TAGS = ["sdk-v1.2.3", "models-v1.2.3"] as const;
const NAMES = ["soma-sdk", "soma-models"] as const;
const canRun = Bun.which("npm") !== null;
const runtimes = [process.execPath, "node"].filter((name) => Bun.which(name) !== null);
const MNEMONIC = `${"abandon ".repeat(11)}about`;

const folder = mkdtempSync(join(tmpdir(), "soma-npm-packages-"));
const shell = new Shell();

beforeAll(() => {
  if (!canRun) return;
  for (const tag of TAGS) release(tag);
  for (const [index, name] of NAMES.entries()) unpack(TAGS[index]!, name);
});

afterAll(async () => {
  await shell.close();
  rmSync(folder, { recursive: true });
});

function release(tag: string): void {
  const words = ["--tag", tag, "--keys", join(folder, "keys"), "--out", join(folder, "out")];
  const script = join(ROOT, "scripts/release.ts");
  const { success, stderr } = Bun.spawnSync([process.execPath, script, ...words]);
  if (!success) throw new Error(stderr.toString());
}

/** Puts a package and what its manifest asks for where an import finds them. */
function unpack(tag: string, name: string): void {
  const place = join(folder, "node_modules", name);
  mkdirSync(place, { recursive: true });
  const file = join(folder, "out", tag, `${name}-1.2.3.tgz`);
  expect(Bun.spawnSync(["tar", "-xzf", file, "--strip-components=1", "-C", place]).success).toBe(
    true,
  );
  const { dependencies } = manifestOf(name);
  for (const one of Object.keys(dependencies)) {
    const link = join(folder, "node_modules", one);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(join(ROOT, "node_modules", one), link);
  }
}

function manifestOf(name: string): { readonly dependencies: Readonly<Record<string, string>> } {
  const path = join(folder, "node_modules", name, "package.json");
  return JSON.parse(readFileSync(path, "utf8")) as ReturnType<typeof manifestOf>;
}

/** Runs lines of a module; the document that they print. */
async function run(runtime: string, lines: readonly string[]): Promise<unknown> {
  const file = join(folder, "script.mjs");
  writeFileSync(file, lines.join("\n"));
  const child = Bun.spawn([runtime, file], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ code: await child.exited, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

test.skipIf(!canRun)("a release has the package, its signed sums and what is new", () => {
  const found = TAGS.map((tag) => readdirSync(join(folder, "out", tag)).sort());
  const names = NAMES.map((name) => `${name}-1.2.3.tgz`);
  expect(found).toEqual(names.map((name) => ["CHANGES.md", "SHA256SUMS", "SHA256SUMS.sig", name]));
});

test.skipIf(!canRun)("the SDK talks to a network, under every runtime", async () => {
  const base = freePortBase();
  await shell.startLocalnet(base);
  const lines = [
    'import { formatAddress, formatSoma, Keypair, Soma, SomaClient } from "soma-sdk";',
    `const [rpc, faucet] = ["http://127.0.0.1:${base}", "http://127.0.0.1:${base + 1}"];`,
    `const parsed = Keypair.fromMnemonic("${MNEMONIC}");`,
    "const address = formatAddress(parsed.value.address);",
    "const { chain_id } = await new SomaClient(rpc).info();",
    "const funds = await new Soma({ rpc, faucet }, Keypair.generate()).fund();",
    "console.log(JSON.stringify({ address, chain: typeof chain_id, funds: formatSoma(funds) }));",
  ];
  const address = "0x5e93a736d04fbb25737aa40bee40171ef79f65fae833749e3c089fe7cc2161f1";
  for (const runtime of runtimes) {
    expect(await run(runtime, lines)).toEqual({ address, chain: "string", funds: "500" });
  }
});

test.skipIf(!canRun)("the tools make and judge the weights that the program does", async () => {
  const path = join(folder, "w.safetensors");
  expect((await shell.run("model", "init", "--seed", "7", path)).code).toBe(0);
  const sha256 = new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
  const lines = [
    'import { createHash } from "node:crypto";',
    'import { evaluate, initialWeights, readWeights, SMALL, writeWeights } from "soma-models";',
    "const file = writeWeights(SMALL, initialWeights(7n));",
    "const weights = readWeights(SMALL, file);",
    "const data = new TextEncoder().encode('a few bytes to predict');",
    "const { loss } = evaluate(SMALL, weights.value, data, 0n);",
    "const sha256 = createHash('sha256').update(file).digest('hex');",
    "console.log(JSON.stringify({ sha256, loss }));",
  ];
  const results = [];
  for (const runtime of runtimes) results.push(await run(runtime, lines));
  for (const result of results) expect(result).toMatchObject({ sha256 });
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
});

test.skipIf(!canRun)("types are there, and mistakes are found", () => {
  const options = { module: "esnext", moduleResolution: "bundler", target: "esnext" };
  const strict = { lib: ["esnext", "dom"], strict: true, noEmit: true, types: [] };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...options, ...strict }, files: ["a.ts"] }),
  );
  const good = [
    'import { Keypair, Soma } from "soma-sdk";',
    'import { type ModelConfig, SMALL } from "soma-models";',
    'const soma = new Soma({ rpc: "http://127.0.0.1:9000" }, Keypair.generate());',
    "export const held: Promise<bigint> = soma.balance();",
    "export const config: ModelConfig = SMALL;",
  ];
  const check = (lines: readonly string[]): string => {
    writeFileSync(join(folder, "a.ts"), lines.join("\n"));
    const { stdout, stderr } = Bun.spawnSync([process.execPath, "check"], { cwd: folder });
    return stdout.toString() + stderr.toString();
  };
  expect(check(good)).toContain("No type errors");
  expect(check([...good, "export const wrong: string = SMALL.dim;"])).toContain("TS2322");
});
