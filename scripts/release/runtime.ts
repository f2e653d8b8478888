/**
 * The Bun that an executable for another platform is built around. It comes from the package
 * registry by name and is used only if its bytes are the ones that this table fixed: a new version
 * of Bun needs new lines here.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Platform } from "../../src/sup/release.ts";

type Runtime = { readonly package: string; readonly sha512: string };

const RUNTIMES: Readonly<Record<Platform, Runtime>> = {
  "linux-x64": {
    package: "@oven/bun-linux-x64",
    sha512:
      "IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
  },
  "linux-arm64": {
    package: "@oven/bun-linux-aarch64",
    sha512:
      "4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  },
  "linux-x64-musl": {
    package: "@oven/bun-linux-x64-musl",
    sha512:
      "10QoW/YfTgnURaGEaHpJCiXjLI2e5iTtfVDaA5JKcyUzaa1cq6cVUY9/Uq5XkYzvtRjHLRe9Oj/lTDIQcxy8HQ==",
  },
  "linux-arm64-musl": {
    package: "@oven/bun-linux-aarch64-musl",
    sha512:
      "XCNc+WvvMAdNNb+OWTogpy+N9wm62fkVeEVLb6how0RZhW5LPi6c7BlkeVCuWps7XjEl2saFpHFa20/1E+PAHg==",
  },
  "macos-x64": {
    package: "@oven/bun-darwin-x64",
    sha512:
      "qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
  },
  "macos-arm64": {
    package: "@oven/bun-darwin-aarch64",
    sha512:
      "4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
  },
  "windows-x64": {
    package: "@oven/bun-windows-x64",
    sha512:
      "FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==",
  },
};

const CACHE = join(import.meta.dir, "../../node_modules/.cache/soma-runtimes");

/** The path of the Bun for `platform`; brought once. */
export async function bringRuntime(platform: Platform): Promise<string> {
  const runtime = RUNTIMES[platform];
  const path = join(CACHE, `${Bun.version}-${platform}`);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  const files = await new Bun.Archive(packedRuntime(runtime)).files();
  const name = platform.startsWith("windows") ? "bun.exe" : "bun";
  const entry = files.get(`package/bin/${name}`);
  if (entry === undefined) throw new Error(`${runtime.package} has no bin/${name}`);
  writeFileSync(`${path}.new`, new Uint8Array(await entry.arrayBuffer()));
  chmodSync(`${path}.new`, 0o755);
  renameSync(`${path}.new`, path);
  return path;
}

/** The package's archive, if it is the one of the table. */
function packedRuntime({ package: name, sha512 }: Runtime): Buffer<ArrayBuffer> {
  const command = ["npm", "pack", `${name}@${Bun.version}`, "--silent"];
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd: CACHE });
  if (!success) throw new Error(`npm pack ${name}: ${stderr.toString().trim()}`);
  const packed = readFileSync(join(CACHE, stdout.toString().trim().split("\n").at(-1)!));
  const actual = createHash("sha512").update(packed).digest("base64");
  if (actual !== sha512) throw new Error(`${name}: SHA-512 is ${actual}, not ${sha512}`);
  return packed;
}
