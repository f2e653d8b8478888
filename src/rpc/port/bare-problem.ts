/**
 * Problems that a port tells by itself, before any surface is asked.
 *
 * @module
 */
import { nameProblem, PROBLEM_TYPE } from "../../wire/json/problem.ts";

/** A problem without anything that varies. */
export type BareProblem = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
};

/** The body of a problem. */
export function bareProblemText({ status, code, detail }: BareProblem): string {
  return JSON.stringify({ ...nameProblem(code), status, code, detail });
}

/** The answer that tells a problem. */
export function bareProblem(problem: BareProblem): Response {
  const headers = { "content-type": PROBLEM_TYPE, "cache-control": "no-store" };
  return new Response(bareProblemText(problem), { status: problem.status, headers });
}
