/**
 * A real browser without a window, from a package that carries one. It is unpacked once, beside the
 * packages. Linux on x64 only.
 *
 * @module
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const MODULES = join(import.meta.dir, "../../node_modules");
const PACKAGE = join(MODULES, "@sparticuz/chromium");
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-software-rasterizer",
  "--disable-dev-shm-usage",
  // The system chooses; without one the browser ends after the first page.
  "--remote-debugging-port=0",
];

/** Whether the browser runs on this machine. */
export const HAS_BROWSER: boolean = process.platform === "linux" && process.arch === "x64";

/** Opens a page; returns how to close the browser. */
export function openPage(url: string): () => Promise<void> {
  const folder = unpack();
  const home = mkdtempSync(join(tmpdir(), "soma-browser-"));
  const child = Bun.spawn([join(folder, "chromium"), ...FLAGS, `--user-data-dir=${home}`, url], {
    env: { HOME: home, LD_LIBRARY_PATH: join(folder, "lib") },
    stdio: ["ignore", "ignore", "ignore"],
  });
  return async () => {
    child.kill("SIGKILL");
    await child.exited;
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** The folder of the browser and of the libraries that it needs. */
function unpack(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    readonly version: string;
  };
  const folder = join(MODULES, `.cache/chromium-${version}`);
  if (existsSync(folder)) return folder;
  // Others may unpack at the same time: whoever is first gives the folder its name.
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  const bytes = (name: string): Uint8Array =>
    brotliDecompressSync(readFileSync(join(PACKAGE, "bin", name)));
  const tar = Bun.spawnSync(["tar", "-x", "-C", scratch], { stdin: bytes("al2023.tar.br") });
  if (!tar.success) throw new Error(`libraries cannot be unpacked: ${tar.stderr.toString()}`);
  writeFileSync(join(scratch, "chromium"), bytes("chromium.br"), { mode: 0o755 });
  if (!existsSync(folder)) renameSync(scratch, folder);
  rmSync(scratch, { recursive: true, force: true });
  return folder;
}
