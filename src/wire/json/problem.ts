/**
 * Problems (RFC 9457): how a node says that and why it does not do what was asked. `code` is stable
 * and for programs, `detail` and `hint` are for people.
 *
 * @module
 */
import { z } from "zod";

import type { JsonFault, View } from "./view.ts";

/** The media type of a problem. */
export const PROBLEM_TYPE = "application/problem+json";

/** A problem. */
export type ProblemView = {
  /** A name of the kind of problem, relative to the node's URL. */
  readonly type: string;
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** What is wrong with which field of the request. */
  readonly errors?: readonly JsonFault[] | undefined;
};

/** A problem in JSON. */
export const problemView: View<ProblemView> = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
});

/** How the kind of problem with this code is called, by programs and by people. */
export function nameProblem(code: string): Pick<ProblemView, "type" | "title"> {
  const words = code.replaceAll("_", " ");
  return { type: `/problems/${code}`, title: words.charAt(0).toUpperCase() + words.slice(1) };
}
