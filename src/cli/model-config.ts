/**
 * The size of a model that was typed: one of the known ones, or that of a YAML file.
 *
 * @module
 */
import { parse, YAMLParseError } from "yaml";
import { z } from "zod";

import { usageError } from "../base/errors.ts";
import { checkConfig, type ModelConfig, SMALL, V1 } from "../model/config.ts";
import type { CliDeps } from "./deps.ts";
import { readInputFile } from "./input-file.ts";
import type { ModelSize } from "./model-size.ts";

const FILE_BYTES_MAX = 65_536;
const SIZE = z.number().int().positive();
const FIELDS = z.strictObject({
  embedding_dim: SIZE,
  pwff_hidden_dim: SIZE,
  num_layers: SIZE,
  num_heads: SIZE,
  vocab_size: SIZE.default(V1.vocabulary),
});

/** The size that was typed, from its file if it names one. */
export function readModelSize(deps: CliDeps, size: ModelSize): ModelConfig {
  if (size === "small") return SMALL;
  if (size === "v1") return V1;
  const fault = (reason: string): Error =>
    usageError(`--config ${size.path}: ${reason}`, `give ${Object.keys(FIELDS.shape).join(", ")}`);
  const limits = { bytesMax: FILE_BYTES_MAX, tooLarge: "give the sizes of a model in YAML" };
  const text = new TextDecoder().decode(readInputFile(deps, size.path, limits));
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (error instanceof YAMLParseError) throw fault("it is not YAML");
    throw error;
  }
  const fields = FIELDS.safeParse(value);
  if (!fields.success) {
    const [issue] = fields.error.issues;
    throw fault(`${issue?.path.join(".") ?? ""} ${issue?.message ?? "is wrong"}`.trim());
  }
  const config = configOf(fields.data);
  const reason = checkConfig(config);
  if (reason !== undefined) throw fault(reason);
  return config;
}

function configOf(fields: z.infer<typeof FIELDS>): ModelConfig {
  return {
    ...V1,
    dim: fields.embedding_dim,
    hidden: fields.pwff_hidden_dim,
    layers: fields.num_layers,
    heads: fields.num_heads,
    vocabulary: fields.vocab_size,
  };
}
