/**
 * `/v1/objects`: the live version, past versions, and what is no object to clients.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";

import { decode } from "../../../src/bcs/schema.ts";
import { objectProof } from "../../../src/checkpoint/inclusion.ts";
import { verifyWritten } from "../../../src/checkpoint/written-set.ts";
import { ADMISSION_LIMITS } from "../../../src/protocol/limits.ts";
import { PARAMETERS_ID } from "../../../src/types/entry.ts";
import { objectDigest, somaObject } from "../../../src/types/object.ts";
import { systemState } from "../../../src/types/system-state.ts";
import { formatAddress, formatDigest, formatObjectId } from "../../../src/types/text.ts";
import { SOMA } from "../../ledger/fixtures.ts";
import { nowhere } from "../chain.ts";
import { ALICE, BOB, Surface, transfer } from "../surface.ts";

const surface = new Surface();
afterAll(() => surface.close());

const coin = surface.chain.world.coin(ALICE.address);
const path = `/v1/objects/${formatObjectId(coin.object_id)}`;
surface.chain.execute(transfer(surface, ALICE, BOB.address, SOMA));

test("the live version of an object", async () => {
  const now = surface.chain.world.ref(coin.object_id);
  expect(now.version).toBeGreaterThan(coin.version);
  expect(await surface.read(path)).toMatchObject({
    object_id: formatObjectId(coin.object_id),
    version: `${now.version}`,
    digest: formatDigest(now.digest),
    object_type: "Coin",
    owner: { type: "address_owner", address: formatAddress(ALICE.address) },
    content: { type: "coin" },
  });
});

test("a past version is the same for as long as the chain is", async () => {
  const past = await surface.ask(`${path}?version=${coin.version}`);
  expect(await past.json()).toMatchObject({ content: { balance: `${1_000n * SOMA}` } });
  const tag = past.headers.get("etag")!;
  expect(past.headers.get("cache-control")).toBe("public, no-cache");
  const again = await surface.ask(`${path}?version=${coin.version}`, {
    headers: { "if-none-match": tag },
  });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
});

test("a live version is not kept by caches", async () => {
  const { headers } = await surface.ask(path);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("etag")).toBeNull();
});

test("the content in BCS comes when it is asked for", async () => {
  expect(await surface.read(path)).not.toHaveProperty("bcs_bytes");
  const { bcs_bytes } = await surface.read(`${path}?bcs=true`);
  expect(Uint8Array.fromBase64(String(bcs_bytes)).length).toBeGreaterThan(0);
});

test("the proof of the live version names the checkpoint that wrote it", async () => {
  const now = surface.chain.world.ref(coin.object_id);
  const proof = await surface.read(`${path}/proof`);
  expect(proof).toMatchObject({
    object_id: formatObjectId(coin.object_id),
    version: `${now.version}`,
    digest: formatDigest(now.digest),
    checkpoint: "1",
    epoch: 0,
  });
  const object = decode(somaObject, Uint8Array.fromBase64(String(proof["object_bytes"])));
  const shown = decode(objectProof, Uint8Array.fromBase64(String(proof["proof_bytes"])));
  if (!object.ok || !shown.ok) throw new Error("no BCS");
  expect(objectDigest(object.value)).toBe(now.digest);
  const { leaf, path: way, checkpoint } = shown.value;
  expect(leaf).toEqual({ id: coin.object_id, version: now.version, digest: now.digest });
  expect(checkpoint.summary.sequence_number).toBe(1n);
  expect(way.count).toBeGreaterThan(1);
});

test("what nobody touched is proved by the genesis", async () => {
  const untouched = surface.chain.world.coin(BOB.address, 2);
  const proof = await surface.read(`/v1/objects/${formatObjectId(untouched.object_id)}/proof`);
  expect(proof).toMatchObject({
    version: `${untouched.version}`,
    digest: formatDigest(untouched.digest),
    checkpoint: "0",
  });
  const shown = decode(objectProof, Uint8Array.fromBase64(String(proof["proof_bytes"])));
  if (!shown.ok) throw new Error("no BCS");
  const { leaf, path: way, checkpoint } = shown.value;
  const [written] = checkpoint.summary.checkpoint_commitments;
  expect(verifyWritten(written!.digest, leaf, way)).toBe(true);
  expect(leaf.digest).toBe(untouched.digest);
});

test("who asks for too many proofs waits", async () => {
  const busy = new Surface({ clock: { nowMs: () => 0, monotonicMs: () => 0 } });
  busy.chain.execute(transfer(busy, ALICE, BOB.address, SOMA));
  const asking = async (ip: string): Promise<number> =>
    (await busy.app.request(`${path}/proof`, {}, { ip })).status;
  for (let turn = 0; turn < ADMISSION_LIMITS.perIpPerSecondMax; turn++) {
    expect(await asking("192.0.2.1")).toBe(200);
  }
  expect(await asking("192.0.2.1")).toBe(429);
  expect(await asking("192.0.2.2")).toBe(200);
  busy.close();
});

test("the state of the system is an object too, in its present version", async () => {
  const system = `/v1/objects/0x${"5".padStart(64, "0")}`;
  const shown = await surface.read(system);
  expect(shown).toMatchObject({
    object_type: "SystemState",
    owner: { type: "shared", initial_shared_version: "1" },
    content: { type: "system_state" },
  });
  expect(await surface.read(`${system}?version=${String(shown["version"])}`)).toEqual(shown);
  const past = await surface.problem(`${system}?version=9999`);
  expect(past).toMatchObject({ status: 404, code: "object_not_found" });
  const { bcs_bytes } = await surface.read(`${system}?bcs=true`);
  const bytes = Uint8Array.fromBase64(String(bcs_bytes));
  expect(bytes.subarray(0, 32).toHex()).toBe("5".padStart(64, "0"));
  const state = decode(systemState, bytes.subarray(32));
  expect(state.ok && state.value.validators.validators).toHaveLength(4);
});

describe("what is not there", () => {
  test("the proof of no object", async () => {
    for (const id of [NEVER, PARAMETERS_ID]) {
      const problem = await surface.problem(`/v1/objects/${formatObjectId(id)}/proof`);
      expect(problem).toMatchObject({ status: 404, code: "object_not_found" });
    }
  });

  test("an object that never was", async () => {
    const problem = await surface.problem(`/v1/objects/${formatObjectId(NEVER)}`);
    expect(problem).toMatchObject({ status: 404, code: "object_not_found" });
  });

  test("a version that never was", async () => {
    const problem = await surface.problem(`${path}?version=${2n ** 64n - 1n}`);
    expect(problem).toMatchObject({ status: 404, code: "object_not_found" });
  });

  test("an entry of the ledger is no object to clients", async () => {
    const problem = await surface.problem(`/v1/objects/${formatObjectId(PARAMETERS_ID)}`);
    expect(problem).toMatchObject({ status: 404, code: "object_not_found" });
  });
});

const NEVER = coin.object_id.replace(/^..../, "dead") as typeof coin.object_id;

describe("what is malformed names its field", () => {
  test.each([
    ["/v1/objects/0x12", "id"],
    [`/v1/objects/0x${"g".repeat(64)}`, "id"],
    [`/v1/objects/${formatDigest(nowhere("object"))}`, "id"],
    [`${path}?version=-1`, "version"],
    [`${path}?version=1e3`, "version"],
    [`${path}?version=18446744073709551616`, "version"],
    [`${path}?bcs=yes`, "bcs"],
    [`${path}?version=1&version=2`, "version"],
    [`${path}?versions=1`, "versions"],
  ])("%s", async (bad, field) => {
    const problem = await surface.problem(bad);
    expect(problem).toMatchObject({ status: 400, code: "request_invalid", errors: [{ field }] });
  });
});
