/**
 * A program that runs a whole network under load and says which transactions it was told are final,
 * until it is killed. Run by a test.
 *
 * @module
 */
import { writeSync } from "node:fs";

import { present } from "../../src/base/assert.ts";
import { installNative } from "../../src/crypto/native.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { ALICE, BOB, coinsOf, execute, startNetwork, transfer } from "./network.ts";

const STDOUT = 1;

installNative();
const { fullnode } = await startNetwork(present(process.argv[2], "the directory"));
await Promise.all(coinsOf(fullnode, ALICE).map((coin) => spend(coin)));

async function spend(first: ObjectRef): Promise<never> {
  for (let coin = first; ;) {
    const { executed } = await execute(fullnode, transfer(ALICE, coin, BOB, 1n));
    // Not buffered: what the reader has seen was said before the end.
    writeSync(STDOUT, `${executed.digest}\n`);
    const { changed_objects: changed, version } = executed.effects;
    const after = changed.find(({ object_id }) => object_id === coin.object_id)?.output_state;
    if (after?.kind !== "ObjectWrite") throw new Error("the coin is spent");
    coin = { object_id: coin.object_id, version, digest: after.digest };
  }
}
