/**
 * The WebGPU library that an executable carries: for each platform that there is one for, the
 * package that has it. Bun takes it in through an import whose name says the platform; where there
 * is none, that import gives nothing and the program says that WebGPU is not there.
 *
 * @module
 */
import { join } from "node:path";

import type { BunPlugin } from "bun";

import { hasWebgpu, type Platform, type WEBGPU_PLATFORMS } from "../../src/sup/release.ts";
import { bringPackage, type PinnedPackage } from "./registry.ts";

/** Versions 0.1.5 and 0.1.7 have the same functions and structures. */
const LIBRARIES: Readonly<Record<(typeof WEBGPU_PLATFORMS)[number], PinnedPackage>> = {
  "linux-x64": {
    name: "bun-webgpu-linux-x64",
    version: "0.1.7",
    sha512:
      "UEP7UZdEhx9otvkZczjsszL8ZVlrODANQvgl+C88/bNVmxDoFi7w1fWzGi1sZyakiETjmtFDq2/xCLhbSZxjqw==",
  },
  "macos-x64": {
    name: "bun-webgpu-darwin-x64",
    version: "0.1.5",
    sha512:
      "oVoIsme27pcXB68YxnQSAgdNGCa4A3PGWYIBUewOh9VnJaoik4JenGb5Yy+svGE+ETFhQXV9nhHqgMPsDRrO6A==",
  },
  "macos-arm64": {
    name: "bun-webgpu-darwin-arm64",
    version: "0.1.5",
    sha512:
      "qM7W5IaFpWYGPDcNiQ8DOng3noQ97gxpH2MFH1mGsdKwI0T4oy++egSh5Z7s6AQx8WKgc9GzAsTUM4KZkFdacw==",
  },
  "windows-x64": {
    name: "bun-webgpu-win32-x64",
    version: "0.1.5",
    sha512:
      "zvnUl4EAsQbKsmZVu+lEJcH8axQ7MiCfqg2OmnHd6uw1THABmHaX0GbpKiHshdgadNN2Nf+4zDyTJB5YMcAdrA==",
  },
};

const IMPORT = /^bun-webgpu-[a-z0-9]+-[a-z0-9]+\/index\.ts$/;

/** The packages whose libraries builds for `platforms` carry. */
export function webgpuPackages(platforms: readonly Platform[]): PinnedPackage[] {
  return platforms.filter(hasWebgpu).map((platform) => LIBRARIES[platform]);
}

/** Lets a build for `platform` take in its library, or nothing. */
export async function webgpuPlugin(platform: Platform): Promise<BunPlugin> {
  const library = hasWebgpu(platform) ? LIBRARIES[platform] : undefined;
  const path = library === undefined ? undefined : join(await bringPackage(library), "index.ts");
  return {
    name: "webgpu",
    setup: (build) => {
      build.onResolve({ filter: IMPORT }, () =>
        path === undefined ? { path: "none", namespace: "webgpu" } : { path },
      );
      build.onLoad({ filter: /.*/, namespace: "webgpu" }, () => ({
        contents: `export default "";`,
        loader: "js",
      }));
    },
  };
}
