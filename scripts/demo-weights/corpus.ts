/**
 * What the demo models learn from: files of exactly pinned packages that every installation has on
 * every platform, read in sorted order. One document in sixteen is held back from training.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { compareText, concatBytes, utf8 } from "../../src/base/bytes.ts";
import { ChaChaRng } from "../../src/crypto/chacha-rng.ts";
import { normalArray } from "../../src/crypto/normal.ts";

/** The kinds of bytes that have a demo model. */
export const KINDS = ["english", "code", "binary"] as const;

/** One of the kinds. */
export type Kind = (typeof KINDS)[number];

/** Bytes to train on, and documents that training never sees. */
export type Corpus = { readonly training: Uint8Array; readonly heldBack: readonly Uint8Array[] };

const PACKAGES = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const HELD_BACK_OF = 16;
const LINE_WIDTH = 92;
const CODE_BLOCK = 16 * 1024;
const NOISE_BYTES = 4 * 1024;
const NUMBERS = 512;

const DOCUMENTS: Readonly<Record<Kind, () => Uint8Array[]>> = {
  english: proseDocuments,
  code: sourceDocuments,
  binary: binaryDocuments,
};

/** The corpus of one kind. */
export function readCorpus(kind: Kind): Corpus {
  const documents = DOCUMENTS[kind]();
  const heldBack = documents.filter((_, index) => index % HELD_BACK_OF === HELD_BACK_OF / 2);
  return {
    training: concatBytes(...documents.filter((each) => !heldBack.includes(each))),
    heldBack,
  };
}

/** The prose of Bun's documentation, in lines as people wrap them. */
function proseDocuments(): Uint8Array[] {
  const documents = files("bun-types/docs", ".mdx").map((path) =>
    proseOf(readFileSync(path, "utf8")),
  );
  return documents.filter((prose) => prose.length > 0).map(utf8);
}

/** TypeScript and JavaScript sources of two libraries. */
function sourceDocuments(): Uint8Array[] {
  const paths = [...files("zod/src/v4/core", ".ts"), ...files("hono/dist", ".js")];
  return paths.map((path) => readFileSync(path));
}

/**
 * Pieces of a WebAssembly module, each followed by what other binary files are made of: noise, as
 * compression leaves it, and arrays of numbers.
 */
function binaryDocuments(): Uint8Array[] {
  const module = readFileSync(join(PACKAGES, "oxc-parser/parser.wasm32-wasip1.wasm"));
  const documents: Uint8Array[] = [];
  for (let start = 0, seed = 0n; start < module.length; start += CODE_BLOCK, seed++) {
    const rng = new ChaChaRng(seed);
    const code = module.subarray(start, start + CODE_BLOCK);
    documents.push(concatBytes(code, noise(rng), floats(seed), offsets(rng), samples(rng)));
  }
  return documents;
}

function noise(rng: ChaChaRng): Uint8Array {
  return new Uint8Array(NOISE_BYTES).map(() => rng.u32() & 0xff);
}

function floats(seed: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(NUMBERS * 4));
  for (const [i, value] of normalArray(seed, NUMBERS).entries())
    view.setFloat32(i * 4, value, true);
  return new Uint8Array(view.buffer);
}

/** Rising 32-bit integers, as tables and indices hold them. */
function offsets(rng: ChaChaRng): Uint8Array {
  const view = new DataView(new ArrayBuffer(NUMBERS * 4));
  let offset = 0;
  for (let i = 0; i < NUMBERS; i++, offset += rng.u32() % 256) view.setUint32(i * 4, offset, true);
  return new Uint8Array(view.buffer);
}

/** A walk of 16-bit samples, as sound and sensors give them. */
function samples(rng: ChaChaRng): Uint8Array {
  const view = new DataView(new ArrayBuffer(NUMBERS * 4));
  let sample = 0;
  for (let at = 0; at < view.byteLength; at += 2, sample += (rng.u32() % 513) - 256) {
    view.setInt16(at, sample, true);
  }
  return new Uint8Array(view.buffer);
}

/** Metadata, code blocks and components fall away; sentences, headings and lists stay. */
function proseOf(markdown: string): string {
  const body = markdown.replace(/^---\n[\s\S]*?\n---\n/, "");
  const text = body.replace(/^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1[ \t]*$/gm, "");
  const lines = text.split("\n").map((line) => line.trim());
  const prose = lines.filter(
    (line) => /^[A-Za-z#*[\d-]/.test(line) && !/[<>{}]|^import |^export /.test(line),
  );
  return prose.map((line) => `${wrap(line)}${/^[*\d-]/.test(line) ? "\n" : "\n\n"}`).join("");
}

function wrap(paragraph: string): string {
  let column = 0;
  let text = "";
  for (const word of paragraph.split(/\s+/)) {
    const fits = column + 1 + word.length <= LINE_WIDTH;
    text += column === 0 ? word : fits ? ` ${word}` : `\n${word}`;
    column = fits && column > 0 ? column + 1 + word.length : word.length;
  }
  return text;
}

function files(folder: string, ending: string): string[] {
  const entries = readdirSync(join(PACKAGES, folder), { recursive: true, encoding: "utf8" });
  const names = entries.filter((name) => name.endsWith(ending)).toSorted(compareText);
  return names.map((name) => join(PACKAGES, folder, name));
}
