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

const python = Bun.env["SOMA_BENCH_PYTHON"];

/** Whether there is a Python to ask. */
export const HAS_JAX: boolean = python !== undefined;

/** The model of these sizes, with random weights; `undefined` without a Python to ask. */
export function openJax(config: ModelConfig): Jax | undefined {
  if (python === undefined) return undefined;
  const child = Bun.spawn([python, SCRIPT], { stdio: ["pipe", "pipe", "inherit"] });
  const chunks = child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  void child.stdin.write(`${JSON.stringify(config)}\n`);
  return {
    score: async () => {
      void child.stdin.write("\n");
      await child.stdin.flush();
      let line = "";
      while (!line.endsWith("\n")) {
        const { value, done } = await chunks.next();
        if (done === true) throw new Error(`${python} ${SCRIPT} ended; has it jax?`);
        line += value;
      }
      return Number.parseFloat(line);
    },
    close: async () => {
      void child.stdin.end();
      await child.exited;
    },
  };
}
