/**
 * `soma score --weights`, `soma model inspect|encrypt|decrypt` and `soma doctor`: what they say of
 * sound files, and how each kind of unsound one is refused.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCli } from "../../src/cli/run.ts";
import { SOMA } from "../../src/cli/table.ts";
import { evaluate, judge } from "../../src/model/compete.ts";
import { SMALL } from "../../src/model/config.ts";
import { buildWeights, writeWeights } from "../../src/model/weights.ts";
import { seededTensors, seededWeights } from "../model/seeded-weights.ts";
import { absentDevice } from "../runtime/native/absent.ts";
import { makeDeps, makeWorld, temporaryDir } from "./world.ts";

const folder = temporaryDir();
const world = makeWorld();
const at = (name: string): string => join(folder, name);
const put = (name: string, content: Uint8Array | string): string => {
  writeFileSync(at(name), content);
  return at(name);
};
const DATA = Uint8Array.from({ length: 700 }, (_, i) => (i * 7) % 251);
const data = put("data.bin", DATA);
const ABSENT = absentDevice();
const A = put("a.safetensors", writeWeights(SMALL, seededTensors(0)));
const B = put("b.safetensors", writeWeights(SMALL, seededTensors(500)));
const target = put("target.json", JSON.stringify(Array.from({ length: 16 }, (_, i) => i - 7)));

type Score = {
  readonly device: string;
  readonly winner: number;
  readonly loss: readonly number[];
  readonly embedding: readonly number[];
  readonly distance: number | null;
};

test("two files compete as the specification says, with a target and a seed", async () => {
  const words = ["score", data, "--weights", A, "--weights", B, "--target", target, "--seed", "3"];
  const score = (await world.json([...words, "--device", "cpu"])) as Score;
  const evaluations = [0, 500].map((base) => evaluate(SMALL, seededWeights(SMALL, base), DATA, 3n));
  const expected = judge(
    evaluations,
    Float32Array.from({ length: 16 }, (_, i) => i - 7),
  )!;
  expect(score.device).toBe("cpu");
  expect(score.winner).toBe(expected.winner);
  for (const [i, loss] of expected.losses.entries()) expect(score.loss[i]).toBeCloseTo(loss, 3);
  for (const [i, x] of expected.embedding.entries()) expect(score.embedding[i]).toBeCloseTo(x, 5);
  expect(score.distance).toBeCloseTo(expected.distance!, 5);
});

test("without a target there is no distance; people see losses and the device", async () => {
  const words = ["score", data, "--weights", A, B, "--device", "cpu"];
  expect(((await world.json(words)) as Score).distance).toBeNull();
  const { stdout, stderr, code } = await world.run(words);
  expect(code).toBe(0);
  expect(stdout).toContain("Winner: ");
  expect(stderr).toContain("Scoring on cpu");
});

test("sizes of one's own come from a YAML file", async () => {
  const config = { ...SMALL, dim: 12, hidden: 20, layers: 1, heads: 2 };
  const file = put("own.safetensors", writeWeights(config, seededTensors(9)));
  const fields = "embedding_dim: 12\npwff_hidden_dim: 20\nnum_layers: 1\nnum_heads: 2\n";
  const yaml = put("own.yaml", fields);
  const words = ["score", data, "--weights", file, "--device", "cpu", "--config"];
  const score = (await world.json([...words, yaml])) as Score;
  const weights = buildWeights(config, seededTensors(9));
  expect(score.loss[0]).toBeCloseTo(evaluate(config, weights, DATA, 0n).loss, 3);
  const odd = put("odd.yaml", `${fields}dropout: 1\n`);
  expect((await world.run([...words, odd])).stderr).toContain("dropout");
  const uneven = put("uneven.yaml", fields.replace("num_heads: 2", "num_heads: 5"));
  expect((await world.run([...words, uneven])).stderr).toContain("dim must be a multiple of heads");
});

const BAD: Readonly<Record<string, readonly [words: readonly string[], says: string]>> = {
  "no models": [["score", data], "give the --target to score for, or --weights"],
  "a missing file": [["score", data, "--weights", at("none")], "cannot open"],
  garbage: [["score", data, "--weights", data], "is no weights file"],
  "another size": [["score", data, "--weights", A, "--config", "v1"], "the model needs"],
  "a short target": [
    ["score", data, "--weights", A, "--target", put("short.json", "[1, 2]")],
    "the target has 2 dimensions; the models have 16",
  ],
  "a target that is no list": [
    ["score", data, "--weights", A, "--target", put("object.json", "{}")],
    `--target ${at("object.json")}: it is not a list`,
  ],
  "an unknown device": [["score", data, "--weights", A, "--device", "tpu"], "none of auto"],
  "an absent device": [["score", data, "--weights", A, "--device", ABSENT], `--device ${ABSENT}`],
  "empty data": [["score", put("empty", ""), "--weights", A], "is empty"],
};

for (const [name, [words, says]] of Object.entries(BAD)) {
  test(`refused: ${name}`, async () => {
    const { code, stderr } = await world.run(words);
    expect(code).not.toBe(0);
    expect(stderr).toContain(says);
  });
}

test("Ctrl-C ends it while the weights are loaded", async () => {
  const { deps, texts } = makeDeps({});
  const onStop: typeof deps.onStop = (listener) => {
    listener("SIGINT");
    return () => undefined;
  };
  const words = ["score", data, "--weights", A, "--device", "cpu", "--json"];
  expect(await runCli(SOMA, words, { ...deps, onStop })).toBe(130);
  const error = { code: "interrupted", message: "interrupted; nothing was written" };
  expect(JSON.parse(texts.stdout.join(""))).toMatchObject({ error });
});

test("weights with a number that is none are refused, and so are truncated ones", async () => {
  const bytes = readFileSync(A);
  const truncated = put("truncated", bytes.subarray(0, bytes.length - 40));
  const infinite = put(
    "infinite",
    writeWeights(SMALL, (name, shape) => {
      const values = seededTensors(0)(name, shape);
      if (name === "final_norm.beta") values[3] = Infinity;
      return values;
    }),
  );
  const score = (file: string) => world.run(["score", data, "--weights", file, "--device", "cpu"]);
  expect((await score(truncated)).stderr).toContain("it ends 40 bytes too early");
  expect((await score(infinite)).stderr).toContain("final_norm.beta: element 3 is Infinity");
});

test("inspect tells size, parameters and checksum", async () => {
  const document = (await world.json(["model", "inspect", A])) as Record<string, unknown>;
  expect(document["tensors"]).toBe(37);
  expect(document["parameters"]).toBe(13_192);
  expect(document["embedding_dim"]).toBe(16);
  expect(document["dtypes"]).toEqual(["F32"]);
  expect((await world.run(["model", "inspect", data])).stderr).toContain("is no weights file");
});

test("what is encrypted opens with its key alone, and no file is ever replaced", async () => {
  const [sealed, opened] = [at("sealed"), at("opened")];
  const made = (await world.json(["model", "encrypt", A, sealed])) as { decryption_key: string };
  const wrong = "1".repeat(32);
  const other = await world.run(["model", "decrypt", sealed, opened, "--key", wrong]);
  expect(other.stderr).toContain("is no weights file");
  expect(existsSync(opened)).toBe(false);
  await world.json(["model", "decrypt", sealed, opened, "--key", made.decryption_key]);
  expect(readFileSync(opened).equals(readFileSync(A))).toBe(true);
  const again = await world.run(["model", "encrypt", A, sealed]);
  expect(again.stderr).toContain("exists already");
});

test("doctor has each backend give the known answer", async () => {
  const document = (await world.json(["doctor"])) as {
    readonly backends: readonly { readonly device: string; readonly known_answer: string }[];
  };
  const cpu = document.backends.filter(({ device }) => device === "cpu");
  expect(cpu.some(({ known_answer: answer }) => answer === "right")).toBe(true);
});
