/**
 * How long a person waits for the program: its version, a new network, a kept one, the end.
 *
 * @module
 */
import type { Bench, Measure } from "./frame.ts";
import {
  compile,
  FROM_SOURCE,
  type Program,
  runToEnd,
  startProgram,
  temporaryConfig,
} from "./program.ts";

const SAMPLES = 10;

/** What is done with the program that `make` gives, once a sample, in a directory of its own. */
function withProgram(
  name: string,
  make: (folder: string) => Program,
  act: (program: Program, config: string) => Promise<number> | number,
): Bench {
  const setup = (): Measure => {
    const folder = temporaryConfig();
    const program = make(folder.path);
    const sample = async (): Promise<number> => {
      const config = temporaryConfig();
      try {
        return await act(program, config.path);
      } finally {
        config.remove();
      }
    };
    return { sample, close: folder.remove };
  };
  return { name, unit: "ms", samples: SAMPLES, setup };
}

const fromSource = (): Program => FROM_SOURCE;

async function firstStart(program: Program, config: string): Promise<number> {
  const network = await startProgram(program, config);
  await network.stop();
  return network.readyMs;
}

async function secondStart(program: Program, config: string): Promise<number> {
  await firstStart(program, config);
  return firstStart(program, config);
}

async function stop(program: Program, config: string): Promise<number> {
  const network = await startProgram(program, config);
  return network.stop();
}

const version = (program: Program): number => runToEnd([...program, "--version"], {});

/** Start benches. */
export const benches: readonly Bench[] = [
  withProgram("soma --version, from source", fromSource, version),
  withProgram("soma --version, executable", compile, version),
  withProgram("start localnet, from source", fromSource, firstStart),
  withProgram("start localnet, executable", compile, firstStart),
  withProgram("start localnet again, executable", compile, secondStart),
  withProgram("SIGTERM to the end, executable", compile, stop),
];
