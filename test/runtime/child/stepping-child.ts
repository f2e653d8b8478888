/**
 * A child whose models tell of steps, as a GPU does in a long pass: started by a test.
 *
 * @module
 */
import { serve } from "../../../src/runtime/child/serve.ts";
import { openWasm } from "../../../src/runtime/cpu/open.ts";

const STEPS = 3;

await serve(async () => {
  const backend = await openWasm(1);
  return {
    ...backend,
    load: async (config, source, memoryBytes) => {
      const model = await backend.load(config, source, memoryBytes);
      return {
        ...model,
        streams: model.streams,
        score: (sequences, directions, watch) => {
          for (let step = 0; step < STEPS; step++) watch?.onStep?.();
          return model.score(sequences, directions);
        },
        unload: () => model.unload(),
      };
    },
  };
});
