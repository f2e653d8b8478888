/**
 * Fetching blobs into a store: verified, once for all who ask, and cancelled when nobody does.
 *
 * @module
 */
import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { DirectoryBlobs } from "../../src/blobs/directory.ts";
import { BlobFetcher } from "../../src/blobs/fetch.ts";
import { WITH_LOOPBACK } from "../../src/blobs/guard.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { failureOf } from "../conformance/blob-store.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { answerWith, closeHosts, serveHttp, serveRaw } from "./blob-server.ts";

const MIB = 1_048_576;
const BLOB = new Prng(5).bytes(30_000);
const CHECKSUM = blake2b256Hex(BLOB);
const SOURCE = { checksum: CHECKSUM, sizeBytes: BLOB.length };

let store: DirectoryBlobs;
let fetcher: BlobFetcher;

beforeEach(() => {
  store = new DirectoryBlobs(temporaryDirectory(), MIB);
  fetcher = new BlobFetcher(store, {
    policy: WITH_LOOPBACK,
    random: () => 0.5,
    bytesMax: MIB,
    parallelMax: 2,
    limits: { backoff: { firstMs: 1, maxMs: 1 } },
  });
});
afterEach(closeHosts);
afterAll(removeTemporary);

test("a blob is fetched once, then it is there", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const source = { ...SOURCE, url: host.url };
  expect(await fetcher.fetch(source)).toEqual(SOURCE);
  expect(await fetcher.fetch(source)).toEqual(SOURCE);
  expect(host.requests).toHaveLength(1);
  expect(await store.verify(CHECKSUM)).toBe(true);
});

test("all who ask at the same time share one download", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const source = { ...SOURCE, url: host.url };
  const fetched = await Promise.all(Array.from({ length: 10 }, () => fetcher.fetch(source)));
  expect(fetched).toEqual(Array.from({ length: 10 }, () => SOURCE));
  expect(host.requests).toHaveLength(1);
});

test("everyone who waits hears of the bytes, and the traffic is counted", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const source = { ...SOURCE, url: host.url };
  const heard: number[][] = [[], []];
  await Promise.all(heard.map((own) => fetcher.fetch(source, { onBytes: (at) => own.push(at) })));
  expect(heard[0]!.at(-1)).toBe(BLOB.length);
  expect(heard[1]).toEqual(heard[0]);
  await fetcher.fetch(source);
  expect(fetcher.traffic).toEqual({ downloads: 1, bytes: BLOB.length });
});

test("a wrong size is an error for a blob that is there, too", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const source = { ...SOURCE, url: host.url };
  await fetcher.fetch(source);
  const larger = { ...source, sizeBytes: BLOB.length + 1 };
  expect(await failureOf(fetcher.fetch(larger))).toBe("blob_too_short");
  const smaller = { ...source, sizeBytes: BLOB.length - 1 };
  expect(await failureOf(fetcher.fetch(smaller))).toBe("blob_too_large");
});

test("corrupt bytes are refused and not kept, and a good copy is taken later", async () => {
  const corrupt = BLOB.slice();
  corrupt[12_345] = corrupt[12_345]! ^ 1;
  const host = serveHttp((request, index) => answerWith(index === 0 ? corrupt : BLOB, request));
  const source = { ...SOURCE, url: host.url };
  expect(await failureOf(fetcher.fetch(source))).toBe("blob_mismatch");
  expect(store.usage()).toEqual({ count: 0, bytes: 0 });
  expect(await fetcher.fetch(source)).toEqual(SOURCE);
});

test("a blob above the limit is refused without a request", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const source = { ...SOURCE, sizeBytes: MIB + 1, url: host.url };
  expect(await failureOf(fetcher.fetch(source))).toBe("blob_too_large");
  expect(host.requests).toHaveLength(0);
});

test("a blob that does not fit into the store is refused", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const small = new BlobFetcher(new DirectoryBlobs(temporaryDirectory(), 10_000), {
    policy: WITH_LOOPBACK,
    random: () => 0.5,
    bytesMax: MIB,
  });
  expect(await failureOf(small.fetch({ ...SOURCE, url: host.url }))).toBe("blob_quota");
});

test("one who stops waiting does not stop the others", async () => {
  const release = Promise.withResolvers<void>();
  const slow = new ReadableStream({
    start: async (controller) => {
      await release.promise;
      controller.enqueue(BLOB);
      controller.close();
    },
  });
  const host = serveHttp(() => new Response(slow));
  const source = { ...SOURCE, url: host.url };
  const impatient = new AbortController();
  const left = failureOf(fetcher.fetch(source, { signal: impatient.signal }));
  const stayed = fetcher.fetch(source);
  setTimeout(() => impatient.abort(), 5);
  expect(await left).toBe("blob_cancelled");
  release.resolve();
  expect(await stayed).toEqual(SOURCE);
  expect(
    await failureOf(
      fetcher.fetch({ ...source, checksum: "00".repeat(32) }, { signal: impatient.signal }),
    ),
  ).toBe("blob_cancelled");
});

test("who asks again after everyone left gets a download of its own", async () => {
  const silent = new ReadableStream({ pull: () => new Promise(() => undefined) });
  const host = serveHttp((request, index) =>
    index === 0 ? new Response(silent) : answerWith(BLOB, request),
  );
  const source = { ...SOURCE, url: host.url };
  const controller = new AbortController();
  const left = failureOf(fetcher.fetch(source, { signal: controller.signal }));
  while (host.requests.length === 0) await Bun.sleep(1);
  controller.abort();
  expect(await left).toBe("blob_cancelled");
  expect(await fetcher.fetch(source)).toEqual(SOURCE);
});

test("the room of a download that was given up is there for the next one", async () => {
  const silent = serveRaw(() => undefined);
  const host = serveHttp((request) => answerWith(BLOB, request));
  const tight = new BlobFetcher(new DirectoryBlobs(temporaryDirectory(), BLOB.length), {
    policy: WITH_LOOPBACK,
    random: () => 0.5,
    bytesMax: MIB,
  });
  const controller = new AbortController();
  const other = { ...SOURCE, checksum: "01".repeat(32), url: silent.url };
  const left = failureOf(tight.fetch(other, { signal: controller.signal }));
  while (silent.heads.length === 0) await Bun.sleep(1);
  controller.abort();
  expect(await left).toBe("blob_cancelled");
  expect(await tight.fetch({ ...SOURCE, url: host.url })).toEqual(SOURCE);
});

test("when nobody waits any more the download ends and its turn is free", async () => {
  const silent = serveRaw(() => undefined);
  const hanging = [1, 2, 3].map((index) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    const source = { ...SOURCE, checksum: `0${index}`.repeat(32), url: silent.url };
    return failureOf(fetcher.fetch(source, { signal: controller.signal }));
  });
  expect(await Promise.all(hanging)).toEqual([
    "blob_cancelled",
    "blob_cancelled",
    "blob_cancelled",
  ]);
  const host = serveHttp((request) => answerWith(BLOB, request));
  expect(await fetcher.fetch({ ...SOURCE, url: host.url })).toEqual(SOURCE);
  expect(store.usage().count).toBe(1);
});

test("only so many downloads run at a time", async () => {
  let running = 0;
  let most = 0;
  const host = serveHttp((request) => {
    running += 1;
    most = Math.max(most, running);
    const index = Number(new URL(request.url).searchParams.get("index"));
    const body = new ReadableStream({
      start: async (controller) => {
        await Bun.sleep(5);
        running -= 1;
        controller.enqueue(blobOf(index));
        controller.close();
      },
    });
    return new Response(body);
  });
  const base = host.url;
  const fetches = Array.from({ length: 8 }, (_, index) =>
    fetcher.fetch({
      checksum: blake2b256Hex(blobOf(index)),
      sizeBytes: 100,
      url: `${base}?index=${index}`,
    }),
  );
  await Promise.all(fetches);
  expect(most).toBe(2);
  expect(store.usage().count).toBe(8);
});

function blobOf(index: number): Uint8Array {
  return new Uint8Array(100).fill(index);
}
