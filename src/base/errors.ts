/**
 * Operational errors: what the world did to us (disk, network, configuration, a user's mistake),
 * with a stable code, a sentence and the next step. Our own bugs are `AssertionError`; what a
 * transaction, block or peer did wrong is a fault value.
 *
 * @module
 */

/** Exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, usage: 2, bug: 70 } as const;

/** What an operational error carries besides its sentence. */
export type ErrorDetail = {
  /** What to do next, one sentence without a full stop. */
  readonly hint?: string;
  /** Process exit code; 1 unless said otherwise. */
  readonly exit?: number;
  readonly cause?: unknown;
};

/** An error a person or an operator can act on; `code` is stable snake_case, never reused. */
export class SomaError extends Error {
  override readonly name = "SomaError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly exit: number;

  constructor(code: string, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hint = detail.hint;
    this.exit = detail.exit ?? EXIT.failed;
  }
}

/** A mistake in how a command was typed: exit code 2. */
export function usageError(message: string, hint?: string): SomaError {
  return new SomaError("usage", message, {
    exit: EXIT.usage,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The code of a failure of the system, such as `ENOENT`; no error of ours has one. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof SomaError || !(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
