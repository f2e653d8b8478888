/**
 * Workflows of the forge as this machine can play them: their steps, with what the forge would put
 * in the place of `${{ … }}`.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

/** The folder of the repository. */
export const ROOT: string = join(import.meta.dir, "../..");

/** One step of a job. */
export type Step = {
  readonly name?: string | undefined;
  readonly uses?: string | undefined;
  readonly with?: Readonly<Record<string, string | number>> | undefined;
  readonly if?: string | undefined;
  readonly run?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
};

/** A workflow. */
export type Workflow = {
  readonly on: { readonly push: { readonly tags?: readonly string[] | undefined } };
  readonly permissions: { readonly contents: "read" };
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
};

const step: z.ZodType<Step> = z.strictObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  if: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
});

const workflow: z.ZodType<Workflow> = z.object({
  on: z.object({ push: z.object({ tags: z.array(z.string()).optional() }) }),
  permissions: z.object({ contents: z.literal("read") }),
  jobs: z.record(z.string(), z.object({ steps: z.array(step) })),
});

/** The names of all workflows. */
export const WORKFLOWS: readonly string[] = [
  ...new Bun.Glob("*.yml").scanSync({ cwd: join(ROOT, ".github/workflows") }),
].sort();

/** Reads a workflow. */
export function readWorkflow(name: string): Workflow {
  return workflow.parse(parse(readFileSync(join(ROOT, ".github/workflows", name), "utf8")));
}

/** The steps of all jobs that run a command. */
export function commandsOf({ jobs }: Workflow): (Step & { readonly run: string })[] {
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return steps.flatMap((one) => (one.run === undefined ? [] : [{ ...one, run: one.run }]));
}

/** The variables of a step, with `values` in the place of its expressions. */
export function environmentOf(
  { env = {} }: Step,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const fill = (text: string): string =>
    text.replace(/\$\{\{\s*(.+?)\s*\}\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`${whole} is not known here`);
      return value;
    });
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text)]));
}

/** Runs a script of a step as the forge does: by bash, which stops at the first error. */
export function play(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): { readonly code: number; readonly out: string; readonly err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
    { cwd, env: { ...process.env, ...env } },
  );
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}
