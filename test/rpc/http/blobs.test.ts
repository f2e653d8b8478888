/**
 * `/v1/blobs`, `/data` and `/model`: what is stored under a name is what hashes to it.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";

import { blake2b256Hex } from "../../../src/crypto/digest.ts";
import { toDigest } from "../../../src/types/address.ts";
import { formatDigest, formatObjectId } from "../../../src/types/text.ts";
import { bytesOf } from "../../ledger/fixtures.ts";
import { submissionTo } from "../../ledger/lifecycle.ts";
import { nowhere } from "../chain.ts";
import { ALICE, BLOB_BYTES_MAX, Surface } from "../surface.ts";

const surface = new Surface();
afterAll(() => surface.close());

const BYTES = Uint8Array.from(bytesOf("a blob", 1_000));
const CHECKSUM = blake2b256Hex(BYTES);
const PATH = `/v1/blobs/${CHECKSUM}`;
const ETAG = `"${formatDigest(toDigest(CHECKSUM))}"`;

/** Uploads bytes under a name. */
function put(
  path: string,
  body: Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return surface.ask(path, { method: "PUT", body, headers });
}

describe("storing", () => {
  test("once creates it, again changes nothing", async () => {
    const first = await put(PATH, BYTES);
    expect([first.status, first.headers.get("location")]).toEqual([201, PATH]);
    const answer = await first.json();
    expect(answer).toEqual({ checksum: formatDigest(toDigest(CHECKSUM)), size: "1000" });
    const second = await put(PATH, BYTES, { "content-length": "1000" });
    expect(second.status).toBe(200);
    expect(await second.json()).toEqual(answer);
  });

  test("a blob of nothing is one", async () => {
    const empty = `/v1/blobs/${blake2b256Hex(new Uint8Array())}`;
    expect((await put(empty, new Uint8Array())).status).toBe(201);
    const response = await surface.ask(empty);
    expect([response.status, (await response.bytes()).length]).toEqual([200, 0]);
  });

  test("other bytes than the name says are refused, and nothing is kept", async () => {
    const path = `/v1/blobs/${nowhere("blob")}`;
    const problem = await surface.problem(path, { method: "PUT", body: BYTES });
    expect(problem).toMatchObject({ status: 400, code: "blob_mismatch" });
    expect(await surface.problem(path)).toMatchObject({ status: 404, code: "blob_not_found" });
  });

  test("one that is too large is refused, announced or not", async () => {
    const large = Uint8Array.from(bytesOf("large", BLOB_BYTES_MAX + 1));
    const path = `/v1/blobs/${blake2b256Hex(large)}`;
    const announced = { "content-length": `${large.length}` };
    expect((await put(path, large, announced)).status).toBe(413);
    expect((await put(path, new Blob([large]).stream())).status).toBe(413);
    expect((await surface.ask(path)).status).toBe(404);
  });

  test.each([
    ["/v1/blobs/abc", {}, "checksum"],
    [`/v1/blobs/${CHECKSUM}0`, {}, "checksum"],
    [`/v1/blobs/${CHECKSUM}`, { "content-length": "999" }, "content-length"],
    [`/v1/blobs/${CHECKSUM}`, { "content-length": "many" }, "content-length"],
  ])("%s with %j is malformed", async (path, headers, field) => {
    const problem = await surface.problem(path, { method: "PUT", body: BYTES, headers });
    expect(problem).toMatchObject({ status: 400, errors: [{ field }] });
  });
});

describe("reading", () => {
  test("by hex, by 0x and hex, and in Base58", async () => {
    for (const name of [CHECKSUM, `0x${CHECKSUM.toUpperCase()}`, ETAG.slice(1, -1)]) {
      const response = await surface.ask(`/v1/blobs/${name}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-length")).toBe("1000");
      expect(response.headers.get("cache-control")).toContain("immutable");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await response.bytes()).toEqual(BYTES);
    }
  });

  test("its headers alone, and not again what is known", async () => {
    const head = await surface.ask(PATH, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "1000"]);
    expect(await head.text()).toBe("");
    const known = await surface.ask(PATH, { headers: { "if-none-match": ETAG } });
    expect([known.status, await known.text()]).toEqual([304, ""]);
  });

  test.each([
    ["bytes=0-9", 0, 10],
    ["bytes=990-", 990, 1_000],
    ["bytes=-10", 990, 1_000],
    ["bytes=990-5000", 990, 1_000],
  ])("the range %s", async (range, start, end) => {
    const response = await surface.ask(PATH, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/1000`);
    expect(await response.bytes()).toEqual(BYTES.subarray(start, end));
  });

  test("a range of another version is the whole", async () => {
    const headers = { range: "bytes=0-9", "if-range": `"another"` };
    expect((await surface.ask(PATH, { headers })).status).toBe(200);
    const same = { range: "bytes=0-9", "if-range": ETAG };
    expect((await surface.ask(PATH, { headers: same })).status).toBe(206);
  });

  test("a range beyond the end says where that is", async () => {
    const response = await surface.ask(PATH, { headers: { range: "bytes=1000-" } });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */1000");
  });
});

describe("by the names of the ledger", () => {
  const { world } = surface.chain;
  const [target, open] = world.list("Target");

  test("the file that won a target, streamed and not for ever", async () => {
    const submission = submissionTo(world, target!.id, world.coin(ALICE.address, 1), {
      data_manifest: {
        url: "http://127.0.0.1:9/elsewhere",
        metadata: { checksum: toDigest(CHECKSUM), size: 1_000n },
      },
    });
    const sent = surface.chain.execute(surface.data(ALICE, submission));
    expect(sent.executed.effects.status.kind).toBe("Success");
    const response = await surface.ask(`/data/${formatObjectId(target!.id)}`);
    expect(response.headers.get("cache-control")).toBe("public, no-cache");
    expect(await response.bytes()).toEqual(BYTES);
  });

  test.each([
    ["/data/0x1", 400, "request_invalid"],
    [`/data/${formatObjectId(open!.id)}`, 404, "data_not_found"],
    [`/data/${formatObjectId(world.coin(ALICE.address).object_id)}`, 404, "target_not_found"],
    ["/model/prose", 400, "request_invalid"],
    [`/model/${formatObjectId(open!.id)}`, 404, "model_not_found"],
  ])("%s: %d %s", async (path, status, code) => {
    expect(await surface.problem(path)).toMatchObject({ status, code });
  });

  test("weights that are not here, and that nothing can bring, say where they are", async () => {
    const [model] = (await surface.read("/v1/models"))["data"] as { model_id: string }[];
    const problem = await surface.problem(`/model/${model!.model_id}`);
    expect(problem).toMatchObject({ status: 404, code: "file_not_found" });
    expect(String(problem["detail"])).toContain("http://127.0.0.1:9000/v1/blobs/");
  });

  test("what is elsewhere is brought by its checksum", async () => {
    const asked: string[] = [];
    const bringing = new Surface({
      blobs: {
        store: surface.blobs,
        bytesMax: BLOB_BYTES_MAX,
        fetch: async ({ url }) => {
          asked.push(url);
          return { checksum: CHECKSUM, sizeBytes: BYTES.length };
        },
      },
    });
    const [model] = (await bringing.read("/v1/models"))["data"] as { model_id: string }[];
    const response = await bringing.ask(`/model/${model!.model_id}`);
    expect(await response.bytes()).toEqual(BYTES);
    expect(asked).toHaveLength(1);
    bringing.close();
  });
});
