/**
 * Builds the libraries of GPU kernels: the kernels as data (CUDA's fat binary, HIP's code objects),
 * and around them a C library that finds the driver at run time and links against nothing.
 *
 * @module
 */
import { join } from "node:path";

import { findHipcc, findNvcc } from "./compilers.ts";

/** Where sources are, and where things go. */
export type BuildPlaces = {
  readonly source: string;
  /** For what is needed on the way. */
  readonly scratch: string;
  /** The library. */
  readonly path: string;
};

/** Runs a command; the build ends when it fails. */
export type Run = (command: string, args: readonly string[]) => void;

/** Why nothing was built; `undefined` when it was. */
type Outcome = string | undefined;

/** Turing to Hopper; the PTX serves what came later. */
const CUDA_TARGETS = [75, 80, 86, 89, 90].map((sm) => `-gencode=arch=compute_${sm},code=sm_${sm}`);
const CUDA_PTX = "-gencode=arch=compute_75,code=compute_75";
/** What Debian's compiler knows: Vega to RDNA 2. */
const ROCM_TARGETS = "gfx900 gfx906 gfx908 gfx90a gfx1010 gfx1030"
  .split(" ")
  .map((name) => `--offload-arch=${name}`);
const C_FLAGS = "-O2 -fPIC -fvisibility=hidden -Wall -Wextra -Werror".split(" ");

/** `libsoma-cuda.so`. */
export function buildCuda(places: BuildPlaces, run: Run): Outcome {
  const nvcc = findNvcc();
  if ("reason" in nvcc) return nvcc.reason;
  const image = join(places.scratch, "kernels.fatbin");
  const targets = [...CUDA_TARGETS, CUDA_PTX];
  const kernels = join(places.source, "gpu/kernels.cu");
  run(nvcc.path, ["-fatbin", "-std=c++17", "--threads=0", ...targets, kernels, "-o", image]);
  return link(places, run, [`-DSOMA_IMAGE="${image}"`]);
}

/** `libsoma-rocm.so`. */
export function buildRocm(places: BuildPlaces, run: Run): Outcome {
  const hipcc = findHipcc();
  if ("reason" in hipcc) return hipcc.reason;
  const image = join(places.scratch, "kernels.hsaco");
  const kernels = ["-x", "hip", join(places.source, "gpu/kernels.cu")];
  run(hipcc.path, ["--genco", "-O3", "-std=c++17", ...ROCM_TARGETS, ...kernels, "-o", image]);
  return link(places, run, ["-DSOMA_HIP", `-DSOMA_IMAGE="${image}"`]);
}

/** `libsoma-emulated.so`, in which the processor stands in for a GPU: for tests. */
export function buildEmulated({ source, scratch, path }: BuildPlaces, run: Run): Outcome {
  if (Bun.which("g++") === null) return "there is no C++ compiler: apt-get install g++";
  const [emulation, library] = [join(scratch, "emulate.o"), join(scratch, "library.o")];
  const flags = [...C_FLAGS, "-Wno-unknown-pragmas", "-c"];
  run("g++", ["-std=c++17", ...flags, join(source, "gpu/emulate.cc"), "-o", emulation]);
  run("gcc", ["-std=gnu11", ...flags, join(source, "gpu/library.c"), "-o", library]);
  const selfContained = ["-static-libstdc++", "-static-libgcc", "-s"];
  run("g++", ["-shared", ...selfContained, "-o", path, emulation, library]);
  return undefined;
}

/** The library of a driver, with the kernels that `defines` names in it. */
function link({ source, path }: BuildPlaces, run: Run, defines: readonly string[]): Outcome {
  if (Bun.which("gcc") === null) return "there is no C compiler: apt-get install gcc";
  const sources = ["driver.c", "library.c"].map((name) => join(source, "gpu", name));
  run("gcc", [
    "-std=gnu11",
    ...C_FLAGS,
    ...defines,
    "-shared",
    "-s",
    "-o",
    path,
    ...sources,
    "-ldl",
  ]);
  return undefined;
}
