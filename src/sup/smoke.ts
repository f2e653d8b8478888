/**
 * The smoke run: a build counts as installed only after it has said its version on this machine. A
 * good download can still be the wrong build, for its processor, C library or file system.
 *
 * @module
 */
import { supError } from "./failures.ts";
import { detectMachine, type Probe } from "./machine.ts";
import { IGNORE_PIN } from "./pin.ts";

const TIMEOUT_MS = 30_000;
const SHELL_NOT_FOUND = 127;

/** Lets the executable say its version, or says why it cannot. */
export function smokeRun(executable: string, probe: Probe): string {
  const outcome = start(executable);
  if (outcome.exitCode === 0 && outcome.text.startsWith("soma ")) return outcome.text.trim();
  throw supError(
    "smoke",
    `the new version does not start here: ${reason(outcome)}`,
    hint(probe, outcome),
  );
}

type Outcome = {
  readonly exitCode: number | null;
  readonly signal: string | undefined;
  readonly text: string;
  /** The system's name of why it could not even be started. */
  readonly refused: string | undefined;
};

function start(executable: string): Outcome {
  try {
    // An environment of its own: nothing that the user set decides whether it starts.
    const { exitCode, signalCode, stdout, stderr } = Bun.spawnSync([executable, "--version"], {
      env: { [IGNORE_PIN]: "1" },
      timeout: TIMEOUT_MS,
    });
    const text = stdout.toString() + stderr.toString();
    return { exitCode, signal: signalCode?.toString(), text, refused: undefined };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return { exitCode: null, signal: undefined, text: error.message, refused: String(error.code) };
  }
}

function reason({ exitCode, signal, text, refused }: Outcome): string {
  const said = text.trim().split("\n").slice(-3).join("; ");
  if (refused !== undefined) return said;
  const end = signal ?? `exit code ${exitCode}`;
  return said === "" ? end : `${end}: ${said}`;
}

/** The next step, where there is a better one than to report it. */
function hint(probe: Probe, { exitCode, signal, refused, text }: Outcome): string | undefined {
  const { platform, hasAvx2 } = detectMachine(probe);
  if (signal === "SIGILL") {
    return hasAvx2 === false
      ? "this processor has no AVX2, which may be why; there is no build without it"
      : "the processor refused an instruction; report it with the model of the processor";
  }
  if (refused === "EACCES") {
    return "the folder may be mounted noexec: set SUP_HOME to one on another file system";
  }
  const lacksLibrary = /libstdc\+\+|libgcc/.test(text) || exitCode === SHELL_NOT_FOUND;
  if (platform.endsWith("musl") && (lacksLibrary || refused === "ENOENT")) {
    return "install what it needs: apk add libstdc++ libgcc";
  }
  return undefined;
}
