/**
 * Asks the published `soma-models` what it makes of models, its own and ours, and writes the
 * answers to `test/vectors/soma_models.json`. Run it by hand, with a Python that has the package:
 *
 *     pip install "soma-models==0.1.7" "flax==0.12.8" "jax==0.10.2"
 *     bun scripts/model-vector.ts PYTHON
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { batchDirections } from "../src/model/compete.ts";
import { type ModelConfig, V1 } from "../src/model/config.ts";
import { littleEndian } from "../src/model/safetensors.ts";
import { initialWeights, writeWeights } from "../src/model/weights.ts";

const ROOT = join(import.meta.dir, "..");
const OUT = join(ROOT, "test/vectors/soma_models.json");
const CONFIG: ModelConfig = { ...V1, dim: 8, hidden: 16, layers: 2, heads: 2, positions: 64 };
const SEED = 11n;
/** A whole sequence, one with room for the end, and one byte. */
const DATA = [
  Uint8Array.from({ length: CONFIG.positions }, (_, index) => (index * 37 + 11) % 256),
  new TextEncoder().encode("The quick brown fox jumps over the lazy dog."),
  new Uint8Array([0]),
];

const scratch = mkdtempSync(join(tmpdir(), "soma-models-"));
const question = {
  config: CONFIG,
  seed: String(SEED),
  data: DATA.map((bytes) => bytes.toBase64()),
};
const asked = {
  ...question,
  weights: writeWeights(CONFIG, initialWeights(SEED)).toBase64(),
  directions: littleEndian(batchDirections(CONFIG, SEED, 0)).toBase64(),
};
const path = join(scratch, "question.json");
writeFileSync(path, JSON.stringify(asked));
const python = Bun.spawnSync(
  [process.argv[2] ?? "python3", join(ROOT, "test/compat/models.py"), path],
  { stdout: "pipe", stderr: "inherit" },
);
rmSync(scratch, { recursive: true });
if (python.exitCode === 0) {
  const { theirs, ours } = JSON.parse(python.stdout.toString());
  const what = "Made by scripts/model-vector.ts with soma-models 0.1.7 (flax).";
  const vector = { what, ...question, theirs, ours: { answers: ours.answers } };
  writeFileSync(OUT, `${JSON.stringify(vector, null, 1)}\n`);
}
process.exit(python.exitCode);
