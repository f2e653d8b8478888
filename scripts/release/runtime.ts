/**
 * The Bun that an executable for another platform is built around: a new version of Bun needs new
 * lines here.
 *
 * @module
 */
import { join } from "node:path";

import type { Platform } from "../../src/sup/release.ts";
import { bringPackage } from "./registry.ts";

type Runtime = { readonly name: string; readonly sha512: string };

const RUNTIMES: Readonly<Record<Platform, Runtime>> = {
  "linux-x64": {
    name: "@oven/bun-linux-x64",
    sha512:
      "IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
  },
  "linux-arm64": {
    name: "@oven/bun-linux-aarch64",
    sha512:
      "4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  },
  "linux-x64-musl": {
    name: "@oven/bun-linux-x64-musl",
    sha512:
      "10QoW/YfTgnURaGEaHpJCiXjLI2e5iTtfVDaA5JKcyUzaa1cq6cVUY9/Uq5XkYzvtRjHLRe9Oj/lTDIQcxy8HQ==",
  },
  "linux-arm64-musl": {
    name: "@oven/bun-linux-aarch64-musl",
    sha512:
      "XCNc+WvvMAdNNb+OWTogpy+N9wm62fkVeEVLb6how0RZhW5LPi6c7BlkeVCuWps7XjEl2saFpHFa20/1E+PAHg==",
  },
  "macos-x64": {
    name: "@oven/bun-darwin-x64",
    sha512:
      "qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
  },
  "macos-arm64": {
    name: "@oven/bun-darwin-aarch64",
    sha512:
      "4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
  },
  "windows-x64": {
    name: "@oven/bun-windows-x64",
    sha512:
      "FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==",
  },
};

/** The path of the Bun for `platform`. */
export async function bringRuntime(platform: Platform): Promise<string> {
  const folder = await bringPackage({ ...RUNTIMES[platform], version: Bun.version });
  return join(folder, "bin", platform.startsWith("windows") ? "bun.exe" : "bun");
}
