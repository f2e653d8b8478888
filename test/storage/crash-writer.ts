/**
 * A program that writes checkpoint after checkpoint and says which are done, until it is killed.
 * Run by a test.
 *
 * @module
 */
import { writeSync } from "node:fs";

import { present } from "../../src/base/assert.ts";
import { SqliteConsensus } from "../../src/storage/sqlite-consensus.ts";
import { SqliteLedger } from "../../src/storage/sqlite-ledger.ts";
import { crashBatch, crashBlocks } from "./crash-batches.ts";

const STDOUT = 1;
const ledger = new SqliteLedger(present(process.argv[2], "the ledger's path"));
const consensus = new SqliteConsensus(present(process.argv[3], "the path of consensus"));
for (let sequence = Number(present(process.argv[4], "the first sequence")); ; sequence++) {
  consensus.write(crashBlocks(sequence));
  ledger.write(crashBatch(sequence));
  // Said only when it is done, and not buffered: what the reader has seen must survive.
  writeSync(STDOUT, `${sequence}\n`);
}
