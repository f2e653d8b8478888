/**
 * Which backend runs: the one that is asked for, or the best that proves itself. A backend that is
 * absent or wrong is passed over with the reason, and asking for it by name is an error with it.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Backend, BackendName, DeviceChoice } from "./backend.ts";
import type { ChildOptions } from "./child/channel.ts";
import { proveBackend } from "./prove.ts";

/** Opens one way to run a backend; the error of one that is absent says what was looked for. */
export type BackendOpener = {
  readonly name: BackendName;
  /** What it runs on, for people: `WASM SIMD`. */
  readonly kind: string;
  readonly open: () => Promise<Backend>;
};

/** What became of one opener. */
export type Attempt = {
  readonly opener: BackendOpener;
  /** Why it does not run; `undefined` when it proved itself. */
  readonly reason: SomaError | undefined;
  /** Present when it proved itself. */
  readonly backend: Backend | undefined;
};

/** A backend that proved itself, and what was tried before it. */
export type Selection = { readonly backend: Backend; readonly passedOver: readonly Attempt[] };

/** How long a backend may take to open and to give the known answer. */
const TRIAL_MS_MAX = 60_000;

/** Every way to run, the best first; those of GPUs in children that are started as `child` says. */
export function openersWith(child: ChildOptions = {}): readonly BackendOpener[] {
  const gpu = (name: BackendName, kind: string): BackendOpener => {
    return { name, kind, open: () => openGpu(name, child) };
  };
  return [
    gpu("cuda", "CUDA"),
    gpu("rocm", "ROCm"),
    gpu("wgpu", "WebGPU"),
    {
      name: "cpu",
      kind: "native library",
      open: async () => (await import("./cpu/open.ts")).openNativeCpu(),
    },
    {
      name: "cpu",
      kind: "WASM SIMD",
      open: async () => (await import("./cpu/open.ts")).openWasm(),
    },
  ];
}

/** The same, as this program starts them. */
export const OPENERS: readonly BackendOpener[] = openersWith();

// A driver that aborts takes a child down, and not the program.
async function openGpu(name: BackendName, child: ChildOptions): Promise<Backend> {
  return (await import("./child/backend.ts")).openInChild(name, child);
}

/** Opens the backend for `choice`. */
export async function selectBackend(
  choice: DeviceChoice,
  openers: readonly BackendOpener[] = OPENERS,
): Promise<Selection> {
  const passedOver: Attempt[] = [];
  for (const opener of openers) {
    if (choice !== "auto" && choice !== opener.name) continue;
    const attempt = await tryOpener(opener, choice !== "auto");
    if (attempt.backend !== undefined) return { backend: attempt.backend, passedOver };
    passedOver.push(attempt);
  }
  throw absent(choice, passedOver);
}

/** Opens one backend and has it prove itself. */
export async function tryOpener(opener: BackendOpener, isAsked = true): Promise<Attempt> {
  let backend: Backend | undefined;
  const trial = async (): Promise<Backend> => {
    backend = await opener.open();
    if (!isAsked) refuseEmulated(backend);
    await proveBackend(backend);
    return backend;
  };
  try {
    return { opener, reason: undefined, backend: await beforeDeadline(trial()) };
  } catch (error) {
    if (!(error instanceof SomaError)) throw error;
    await backend?.close();
    return { opener, reason: error, backend: undefined };
  }
}

/** A driver that hangs must not hang the program. */
async function beforeDeadline<T>(work: Promise<T>): Promise<T> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const silent = new SomaError("backend_silent", `no answer in ${TRIAL_MS_MAX / 1000} seconds`, {
    hint: "its driver may hang; choose another --device",
  });
  const timer = setTimeout(() => reject(silent), TRIAL_MS_MAX);
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}

function refuseEmulated({ name, adapter }: Backend): void {
  if (adapter.isEmulated !== true) return;
  throw new SomaError("device_emulated", `${adapter.name} only emulates a GPU`, {
    hint: `--device ${name} takes it all the same`,
  });
}

function absent(choice: DeviceChoice, attempts: readonly Attempt[]): SomaError {
  const reasons = attempts.map(({ opener, reason }) => `${opener.kind}: ${reason?.message}`);
  const what = reasons.length === 0 ? "this build has no kernels for it" : reasons.join("; ");
  return new SomaError("device_absent", `--device ${choice} cannot be used: ${what}`, {
    hint: "`soma doctor` shows what there is; --device auto takes the best of it",
  });
}
