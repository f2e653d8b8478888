/**
 * A program that holds the lock of a directory until it is killed. Run by a test.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { lockDirectory } from "../../src/storage/lock.ts";

lockDirectory(present(process.argv[2], "a directory"));
process.stdout.write("locked\n");
await Bun.sleep(60_000);
