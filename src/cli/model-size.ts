/**
 * Sizes of models as they are typed: one of the known ones, or a YAML file with fields of its own.
 *
 * @module
 */
import { ok } from "../base/result.ts";
import type { ValueKind } from "./params.ts";

/** A size as it was typed. */
export type ModelSize = "small" | "v1" | { readonly path: string };

/** One of the known sizes, or a file. */
export const MODEL_SIZE: ValueKind<ModelSize> = {
  label: "small|v1|FILE",
  parse: (text) => ok(text === "small" || text === "v1" ? text : { path: text }),
};
