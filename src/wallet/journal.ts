/**
 * What only this person knows and needs again: the key and embedding that a model's reveal must
 * show, the submissions on their way. One file an entry, readable by its owner only, replaced
 * atomically; an entry that cannot be read costs no other.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

import { compareText } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import type { ObjectId } from "../types/address.ts";
import { formatId } from "../types/text.ts";
import { type Damage, readJsonFile } from "./json-file.ts";
import { attempt, errorCode, removeSmallFile, replaceSmallFile } from "./small-file.ts";

const id = z.string().regex(/^[0-9a-f]{64}$/) as unknown;
