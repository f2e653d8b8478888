/**
 * `/v1/checkpoints` and `/v1/epochs`: by number, by digest, the last one.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";

import { decode } from "../../../src/bcs/schema.ts";
import { certifiedCheckpoint, checkpointDigest } from "../../../src/types/checkpoint.ts";
import { formatDigest } from "../../../src/types/text.ts";
import { DAY_MS, SOMA, START_MS } from "../../ledger/fixtures.ts";
import { nowhere } from "../chain.ts";
import { ALICE, BOB, Surface, transfer } from "../surface.ts";

const surface = new Surface();
afterAll(() => surface.close());
surface.chain.execute(transfer(surface, ALICE, BOB.address, SOMA));
surface.chain.endEpoch();
const digest = formatDigest(checkpointDigest(surface.chain.reader.checkpoint(1n)!.summary));

describe("a checkpoint", () => {
  test("by number and by digest is the same", async () => {
    const byNumber = await surface.read("/v1/checkpoints/1");
    expect(byNumber).toMatchObject({ sequence_number: "1", digest, epoch: 0 });
    expect(await surface.read(`/v1/checkpoints/${digest}`)).toEqual(byNumber);
  });

  test("with its certified summary in BCS when that is asked for", async () => {
    expect(await surface.read("/v1/checkpoints/1")).not.toHaveProperty("bcs_bytes");
    const { bcs_bytes } = await surface.read("/v1/checkpoints/1?bcs=true");
    const decoded = decode(certifiedCheckpoint, Uint8Array.fromBase64(String(bcs_bytes)));
    if (!decoded.ok) throw new Error(decoded.error.reason);
    expect(formatDigest(checkpointDigest(decoded.value.summary))).toBe(digest);
  });

  test("the last one", async () => {
    const latest = await surface.read("/v1/checkpoints/latest");
    expect(latest).toMatchObject({ sequence_number: "2", previous_digest: digest });
  });

  test("caches ask whether a number is of this chain still, and keep a digest", async () => {
    const [number, name, latest] = await Promise.all(
      ["1", digest, "latest"].map((one) => surface.ask(`/v1/checkpoints/${one}`)),
    );
    expect(number!.headers.get("cache-control")).toBe("public, no-cache");
    expect(name!.headers.get("cache-control")).toContain("immutable");
    expect(latest!.headers.get("cache-control")).toBe("no-store");
    const etag = number!.headers.get("etag")!;
    expect(name!.headers.get("etag")).toBe(etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const headers = { "if-none-match": known };
      expect((await surface.ask("/v1/checkpoints/1", { headers })).status).toBe(304);
    }
    const headers = { "if-none-match": `"other"` };
    expect((await surface.ask("/v1/checkpoints/1", { headers })).status).toBe(200);
  });

  test.each(["3", "18446744073709551615", formatDigest(nowhere("checkpoint"))])(
    "%s is not there",
    async (name) => {
      const problem = await surface.problem(`/v1/checkpoints/${name}`);
      expect(problem).toMatchObject({ status: 404, code: "checkpoint_not_found" });
    },
  );

  test.each(["-1", "01", "0x1", "last", "18446744073709551616", "%20"])(
    "%s is malformed",
    async (name) => {
      const problem = await surface.problem(`/v1/checkpoints/${name}`);
      expect(problem).toMatchObject({ status: 400, errors: [{ field: "checkpoint" }] });
    },
  );
});

describe("an epoch", () => {
  test("that is over", async () => {
    const response = await surface.ask("/v1/epochs/0");
    expect(response.headers.get("etag")).not.toBeNull();
    expect(await response.json()).toMatchObject({
      epoch: 0,
      start_timestamp_ms: `${START_MS}`,
      first_checkpoint: "0",
      last_checkpoint: "2",
      protocol_version: "1",
    });
  });

  test("that goes on", async () => {
    const response = await surface.ask("/v1/epochs/1");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const epoch = (await response.json()) as Record<string, unknown>;
    expect(epoch).toMatchObject({ epoch: 1, start_timestamp_ms: `${START_MS + DAY_MS}` });
    expect(epoch).not.toHaveProperty("last_checkpoint");
    expect(epoch["committee"]).toHaveLength(4);
    expect(await surface.read("/v1/epochs/latest")).toEqual(epoch);
  });

  test("that did not begin is not there, and a name is malformed", async () => {
    expect(await surface.problem("/v1/epochs/2")).toMatchObject({
      status: 404,
      code: "epoch_not_found",
    });
    expect(await surface.problem("/v1/epochs/now")).toMatchObject({
      status: 400,
      errors: [{ field: "epoch" }],
    });
  });
});
