/**
 * Writes values of ours in the JSON that a schema describes. The schema's library would check every
 * value on its way out, which costs several times as much; ours are right by their types. What this
 * file does not know of a schema is left to the library.
 *
 * @module
 */
import { z } from "zod";

import { assert } from "../../base/assert.ts";

/** Turns a value into JSON, ready for `JSON.stringify`. */
export type Encoder = (value: unknown) => unknown;

type Schema = z.core.$ZodType;
type Values = Readonly<Record<string, unknown>>;

const known = new WeakMap<Schema, Encoder>();
const SCALARS: ReadonlySet<string> = new Set(["string", "number", "boolean", "literal", "enum"]);
const same: Encoder = (value) => value;

/** The encoder of a schema; made once. */
export function encoderOf(schema: Schema): Encoder {
  const made = known.get(schema);
  if (made !== undefined) return made;
  const encoder = make(schema);
  known.set(schema, encoder);
  return encoder;
}

function make(schema: Schema): Encoder {
  if (schema instanceof z.ZodObject) return objectEncoder(schema);
  if (schema instanceof z.ZodArray) return arrayEncoder(encoderOf(schema.def.element));
  if (schema instanceof z.ZodOptional) return exceptFor(undefined, schema.def.innerType);
  if (schema instanceof z.ZodNullable) return exceptFor(null, schema.def.innerType);
  if (schema instanceof z.ZodCodec) return codecEncoder(schema);
  if (schema instanceof z.ZodDiscriminatedUnion) return unionEncoder(schema);
  const isScalar = schema instanceof z.ZodType && SCALARS.has(schema.def.type);
  return isScalar ? same : (value) => z.encode(schema, value);
}

/** The fields of the schema and no others, in its order. */
function objectEncoder(schema: z.ZodObject): Encoder {
  const fields = Object.entries(schema.def.shape).map(([name, field]) => {
    return { name, encode: encoderOf(field), isOptional: isOptional(field) };
  });
  return (value) => {
    const json: Record<string, unknown> = {};
    for (const { name, encode, isOptional: mayLack } of fields) {
      const field = (value as Values)[name];
      if (field !== undefined) json[name] = encode(field);
      else assert(mayLack, `the field ${name} is there`);
    }
    return json;
  };
}

function isOptional(schema: Schema): boolean {
  if (schema instanceof z.ZodNullable) return isOptional(schema.def.innerType);
  return schema instanceof z.ZodOptional;
}

function arrayEncoder(encode: Encoder): Encoder {
  if (encode === same) return same;
  return (values) => (values as readonly unknown[]).map((value) => encode(value));
}

function exceptFor(nothing: undefined | null, inner: Schema): Encoder {
  const encode = encoderOf(inner);
  return (value) => (value === nothing ? value : encode(value));
}

function codecEncoder({ def }: z.ZodCodec): Encoder {
  const encode = encoderOf(def.in);
  const reverse = def.reverseTransform;
  return (value) => encode(reverse(value, { value, issues: [] }));
}

/** The discriminator says which of the schemas a value is of. */
function unionEncoder({ def }: z.ZodDiscriminatedUnion): Encoder {
  const { discriminator } = def;
  const encoders = new Map<unknown, Encoder>();
  for (const option of def.options) {
    const literal = option instanceof z.ZodObject ? option.def.shape[discriminator] : undefined;
    if (!(literal instanceof z.ZodLiteral)) continue;
    for (const name of literal.values) encoders.set(name, encoderOf(option));
  }
  return (value) => {
    const encode = encoders.get((value as Values)[discriminator]);
    assert(encode !== undefined, "the kind is one of the schema");
    return encode(value);
  };
}
