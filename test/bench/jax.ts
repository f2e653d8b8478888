/**
 * A model in JAX, in a child process: `SOMA_BENCH_PYTHON` is a Python that has it. It takes all
 * cores, as the backends of the processor do.
 *
 * @module
 */
import { join } from "node:path";

import type { ModelConfig } from "../../src/model/config.ts";

/** A model that is ready to score. */
type Jax = {
  /** Seconds of one score. */
  readonly score: () => Promise<number>;
  readonly close: () => Promise<void>;
};

const SCRIPT = join(import.meta.dir, "jax-forward.py");

/** Whether there is a Python to ask. */
export const HAS_JAX: boolean = Bun.env["SOMA_BENCH_PYTHON"] !== undefined;

/** The model of these sizes, with random weights; `undefined` without a Python to ask. */
export async function openJax(config: ModelConfig): Promise<Jax | undefined> {
  const python = Bun.env["SOMA_BENCH_PYTHON"];
  if (python === undefined) return undefined;
  const child = Bun.spawn([python, SCRIPT], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  void child.stdin.write(`${JSON.stringify(config)}\n`);
  return {
    score: async () => {
      void child.stdin.write("\n");
      await child.stdin.flush();
      const { value } = await lines.next();
      const seconds = Number.parseFloat(value ?? "");
      if (seconds > 0) return seconds;
      throw new Error(`${python} ${SCRIPT} answers ${value}; has it jax?`);
    },
    close: async () => {
      void child.stdin.end();
      await child.exited;
    },
  };
}
