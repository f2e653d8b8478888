/**
 * Consent before something that cannot be undone: asked on a terminal, demanded as `--yes` where
 * nobody can answer.
 *
 * @module
 */
import { SomaError, usageError } from "../base/errors.ts";
import type { Context } from "./command.ts";

/** Returns if the person agrees to `action` ("remove alice"); otherwise nothing is done. */
export async function confirm(context: Context, action: string): Promise<void> {
  const { deps, globals, output } = context;
  if (globals.yes) return;
  if (output.isJson || !deps.stdin.isTty || !deps.stderr.isTty) {
    throw usageError(`cannot ask whether to ${action}`, "add --yes to do it without a question");
  }
  const answer = await deps.stdin.ask(`Really ${action}? [y/N] `, false);
  if (/^y(es)?$/i.test(answer?.trim() ?? "")) return;
  throw new SomaError("declined", "nothing was changed");
}
