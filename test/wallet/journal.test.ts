/**
 * The journal gives back exactly what a reveal must show, to its owner only.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { toDigest, toObjectId } from "../../src/types/address.ts";
import {
  ENTRIES_MAX,
  entryIds,
  journalDir,
  MODEL_ENTRY,
  type ModelEntry,
  readEntry,
  removeEntry,
  SUBMISSION_ENTRY,
  type SubmissionEntry,
  writeEntry,
} from "../../src/wallet/journal.ts";
import { failure, modeOf, temporaryDir } from "./scratch.ts";

const FIRST = toObjectId("a".repeat(64));
const SECOND = toObjectId("b".repeat(64));

const SECRET = {
  env: "localnet",
  decryption_key: "3qbR1eZRqXUWroWKKYhbDmR3FfqTHfqSU8zZSxtANzYh",
  // Values of 32-bit floats: the reveal must show the very bits that were committed.
  embedding: [0.1, -1e-8, 3.4e38].map(Math.fround),
  weights_url: "http://127.0.0.1:9000/v1/blobs/x",
};
const MODEL: ModelEntry = { id: FIRST, commits: [SECRET] };

const SUBMISSION: SubmissionEntry = {
  id: FIRST,
  env: "localnet",
  checksum: toDigest("c".repeat(64)),
};

test("an entry comes back bit for bit; kinds do not mix", () => {
  const directory = journalDir(temporaryDir());
  expect(readEntry(directory, MODEL_ENTRY, FIRST)).toBeUndefined();
  writeEntry(directory, MODEL_ENTRY, MODEL);
  writeEntry(directory, SUBMISSION_ENTRY, SUBMISSION);
  expect(readEntry(directory, MODEL_ENTRY, FIRST)).toEqual(MODEL);
  expect(readEntry(directory, SUBMISSION_ENTRY, FIRST)).toEqual(SUBMISSION);
  expect(modeOf(directory)).toBe("700");
  for (const name of readdirSync(directory)) expect(modeOf(join(directory, name))).toBe("600");
});

test("a newer entry takes the older one's place; removing says whether there was one", () => {
  const directory = journalDir(temporaryDir());
  writeEntry(directory, MODEL_ENTRY, MODEL);
  writeEntry(directory, MODEL_ENTRY, { ...MODEL, commits: [SECRET, SECRET] });
  writeEntry(directory, MODEL_ENTRY, { ...MODEL, id: SECOND });
  expect(readEntry(directory, MODEL_ENTRY, FIRST)?.commits).toEqual([SECRET, SECRET]);
  expect(entryIds(directory, MODEL_ENTRY)).toEqual([FIRST, SECOND]);
  expect(removeEntry(directory, MODEL_ENTRY, FIRST)).toBe(true);
  expect(removeEntry(directory, MODEL_ENTRY, FIRST)).toBe(false);
  expect(entryIds(directory, MODEL_ENTRY)).toEqual([SECOND]);
});

test("an entry that cannot be read is named and costs no other", () => {
  const directory = journalDir(temporaryDir());
  writeEntry(directory, MODEL_ENTRY, MODEL);
  writeEntry(directory, MODEL_ENTRY, { ...MODEL, id: SECOND });
  const path = join(directory, `model-${FIRST}.json`);
  for (const text of [
    "",
    "{}",
    JSON.stringify({ ...MODEL, commits: [{ ...SECRET, embedding: ["1"] }] }),
  ]) {
    writeFileSync(path, text);
    const error = failure(() => readEntry(directory, MODEL_ENTRY, FIRST));
    expect(error.code).toBe("journal_corrupt");
    expect(error.message).toContain(path);
  }
  expect(readEntry(directory, MODEL_ENTRY, SECOND)).toEqual({ ...MODEL, id: SECOND });
});

test("files of others in the directory are no entries", () => {
  const directory = journalDir(temporaryDir());
  expect(entryIds(directory, MODEL_ENTRY)).toEqual([]);
  for (const name of ["model-x.json", `model-${FIRST}.json.bak`, "notes"]) {
    writeFileSync(join(directory, name), "");
  }
  expect(entryIds(directory, MODEL_ENTRY)).toEqual([]);
});

test("a full journal takes no new entry but a newer version of an old one", () => {
  const directory = journalDir(temporaryDir());
  writeEntry(directory, MODEL_ENTRY, MODEL);
  for (let count = 1; count < ENTRIES_MAX; count++) {
    writeFileSync(join(directory, `model-${count.toString(16).padStart(64, "0")}.json`), "");
  }
  writeEntry(directory, MODEL_ENTRY, { ...MODEL, commits: [SECRET, SECRET] });
  const error = failure(() => writeEntry(directory, MODEL_ENTRY, { ...MODEL, id: SECOND }));
  expect(error.code).toBe("journal_full");
});
