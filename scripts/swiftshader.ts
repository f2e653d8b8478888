/**
 * A WebGPU adapter for machines without a GPU: SwiftShader, a Vulkan driver that computes on the
 * processor, from a package that carries it. It is unpacked once, beside the packages; a process
 * uses it if it is started with the environment that is given here.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const MODULES = join(import.meta.dir, "../node_modules");
const PACKAGE = join(MODULES, "@sparticuz/chromium");
const FILES = ["libvk_swiftshader.so", "libvulkan.so.1", "vk_swiftshader_icd.json"];

/**
 * What to add to an environment; nothing where the package has no driver for the machine, or where
 * `SOMA_TEST_ADAPTER=system` asks for the machine's own.
 */
export function swiftshaderEnv(): Record<string, string> {
  const isFit = process.platform === "linux" && process.arch === "x64";
  if (!isFit || Bun.env["SOMA_TEST_ADAPTER"] === "system") return {};
  const folder = unpack();
  const libraries = [folder, Bun.env["LD_LIBRARY_PATH"]].filter((path) => path !== undefined);
  return {
    VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    LD_LIBRARY_PATH: libraries.join(":"),
  };
}

/** The folder of the driver and of the Vulkan loader. */
function unpack(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    readonly version: string;
  };
  const folder = join(MODULES, `.cache/swiftshader-${version}`);
  if (existsSync(folder)) return folder;
  // Others may unpack at the same time: whoever is first gives the folder its name.
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  const archive = brotliDecompressSync(readFileSync(join(PACKAGE, "bin/swiftshader.tar.br")));
  const tar = Bun.spawnSync(["tar", "-x", "-C", scratch, ...FILES], { stdin: archive });
  if (!tar.success) throw new Error(`SwiftShader cannot be unpacked: ${tar.stderr.toString()}`);
  if (!existsSync(folder)) renameSync(scratch, folder);
  rmSync(scratch, { recursive: true, force: true });
  return folder;
}
