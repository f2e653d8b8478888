/**
 * The compilers of GPU kernels: those of the machine, or nvcc from its packages for Python, which
 * go into a cache beside the npm packages.
 *
 * @module
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** A compiler, or why there is none. */
export type Compiler = { readonly path: string } | { readonly reason: string };

const CACHE = join(import.meta.dir, "../../node_modules/.cache");
/** The oldest that makes PTX and code for all of our architectures: it asks least of a driver. */
const NVCC_PACKAGES = [
  "nvidia-cuda-nvcc==13.0.88",
  "nvidia-cuda-crt==13.0.88",
  "nvidia-nvvm==13.0.88",
  "nvidia-cuda-runtime==13.0.96",
];
const NVCC_FOLDER = join(CACHE, "nvcc-13.0.88");

/** nvcc, from the machine or from packages that are fetched once. */
export function findNvcc(): Compiler {
  const own = Bun.which("nvcc");
  if (own !== null) return { path: own };
  const path = join(NVCC_FOLDER, "nvidia/cu13/bin/nvcc");
  if (existsSync(path)) return { path };
  const python = ["python3", "python"].find((name) => Bun.which(name) !== null);
  if (python === undefined) return { reason: "there is no nvcc, and no Python to fetch it" };
  const scratch = `${NVCC_FOLDER}.${process.pid}`;
  mkdirSync(dirname(scratch), { recursive: true });
  const quiet = [
    "--quiet",
    "--no-deps",
    "--disable-pip-version-check",
    "--no-warn-script-location",
  ];
  const args = ["-m", "pip", "install", ...quiet, "--target", scratch, ...NVCC_PACKAGES];
  const { success, stderr } = Bun.spawnSync([python, ...args], { stdout: "ignore" });
  if (success && !existsSync(NVCC_FOLDER)) renameSync(scratch, NVCC_FOLDER);
  rmSync(scratch, { recursive: true, force: true });
  return existsSync(path) ? { path } : { reason: `pip cannot fetch nvcc: ${stderr.toString()}` };
}

/** hipcc of the machine; Debian has it. */
export function findHipcc(): Compiler {
  const path = Bun.which("hipcc") ?? Bun.which("hipcc", { PATH: "/opt/rocm/bin" });
  return path === null ? { reason: "there is no hipcc: apt-get install hipcc" } : { path };
}
