/**
 * A child that is started instead of a GPU's: it hangs on data that begins with `hang` and fails on
 * such that begins with `fail`. With `emulated` as a word of its program it says that a processor
 * stands in for the GPU, and pauses where it would hang.
 *
 * @module
 */
import { utf8 } from "../../src/base/bytes.ts";
import { SomaError } from "../../src/base/errors.ts";
import { serve } from "../../src/runtime/child/serve.ts";
import { openWasm } from "../../src/runtime/cpu/open.ts";

const PAUSE_MS = 4_000;

const isEmulated = process.argv.includes("emulated");
const cell = new Int32Array(new SharedArrayBuffer(4));

await serve(async () => {
  const backend = await openWasm(1);
  const name = `process ${process.pid}`;
  return {
    ...backend,
    adapter: { ...backend.adapter, name, isEmulated },
    load: async (config, source, memoryBytes) => {
      const model = await backend.load(config, source, memoryBytes);
      return {
        ...model,
        streams: model.streams,
        score: (sequences, directions, watch) => {
          const begins = (word: string): boolean =>
            utf8(word).every((byte, place) => sequences[0]?.tokens[place] === byte);
          if (begins("fail")) throw new SomaError("backend_failed", "download: out of memory");
          if (begins("hang")) Atomics.wait(cell, 0, 0, isEmulated ? PAUSE_MS : Infinity);
          return model.score(sequences, directions, watch);
        },
        unload: () => model.unload(),
      };
    },
  };
});
