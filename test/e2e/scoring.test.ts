/**
 * The scoring service as a program of its own: the same verdict by JSON and by gRPC, callers who go
 * away, a disk that is full.
 *
 * @module
 */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";

import { swiftshaderEnv } from "../../scripts/swiftshader.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import { SMALL } from "../../src/model/config.ts";
import {
  healthResponse,
  type ScoreRequest,
  scoreRequest,
  type ScoreResponse,
  scoreResponse,
} from "../../src/wire/grpc/bcs-services.ts";
import { GRPC_CODE } from "../../src/wire/grpc/status.ts";
import { closeHosts } from "../blobs/blob-server.ts";
import { call, openSession } from "../rpc/grpc-client.ts";
import { absentDevice } from "../runtime/native/absent.ts";
import { DATA, host, type Named, requestOf, weightsOf } from "../scoring/world.ts";
import { FROM_SOURCE, type Running, Shell } from "./shell.ts";

const WORDS = ["start", "scoring", "--small-model", "--allow-private", "--device", "cpu"];
const SCORE = "/scoring.Scoring/Score";
const shell = new Shell();
let running: Running;
let url = "";

beforeAll(async () => {
  running = await start(shell);
  url = urlOf(running);
});
afterEach(closeHosts);
afterAll(() => shell.close());

function start(on: Shell, ...words: readonly string[]): Promise<Running> {
  return on.start(/\}/, [...WORDS, "--port", "0", "--json", ...words]);
}

function urlOf(service: Running): string {
  return (JSON.parse(service.stdout()) as { readonly url: string }).url;
}

function post(to: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const init = { method: "POST", body: JSON.stringify(body), ...(signal && { signal }) };
  return fetch(`${to}/score`, init);
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: { accept: "text/plain" } })).text();
  return Number(new RegExp(`^soma_scoring_${name} (.*)$`, "m").exec(text)?.[1]);
}

function messageOf(data: Named, models: readonly Named[]): ScoreRequest {
  return {
    data_url: data.url,
    data_checksum: data.checksum,
    data_size: BigInt(data.size),
    model_manifests: models.map(({ url: at, checksum, size }) => {
      return { url: at, checksum, size: BigInt(size), decryption_key: undefined };
    }),
    target_embedding: new Float32Array(SMALL.dim).fill(0.1),
    seed: 0n,
  };
}

test("JSON and gRPC give the same verdict on one port", async () => {
  const [data, ...models] = [DATA, weightsOf("binary"), weightsOf("english")].map(host);
  const message = messageOf(data!, models);
  const response = await post(url, {
    ...requestOf(data!, models),
    target_embedding: [...message.target_embedding],
  });
  const verdict = (await response.json()) as Record<keyof ScoreResponse, number[]>;
  const session = openSession(Number(new URL(url).port));
  const answer = await call(session, SCORE, [encode(scoreRequest, message)]);
  expect(answer.status).toBe(GRPC_CODE.ok);
  const decoded = decode(scoreResponse, answer.messages[0]!);
  if (!decoded.ok) throw new Error(decoded.error.reason);
  const { winner, loss_score: losses, embedding, distance } = decoded.value;
  expect(Number(winner)).toBe(1);
  expect(verdict).toMatchObject({ winner: 1, left_out: [] });
  expect(verdict.loss_score.map(Math.fround)).toEqual([...losses]);
  expect(verdict.embedding.map(Math.fround)).toEqual([...embedding]);
  expect(verdict.distance.map(Math.fround)).toEqual([...distance]);
  expect(new Set(distance).size).toBe(1);
  const health = await call(session, "/scoring.Scoring/Health", [new Uint8Array()]);
  expect(health.messages).toEqual([encode(healthResponse, { ok: true })]);
  session.close();
});

test("by gRPC a model that is left out has the largest loss; none left is an error", async () => {
  const [data, good, bad] = [DATA, weightsOf("code"), new Uint8Array(50)].map(host);
  const session = openSession(Number(new URL(url).port));
  const ask = (models: readonly Named[]): ReturnType<typeof call> =>
    call(session, SCORE, [encode(scoreRequest, messageOf(data!, models))]);
  const answer = await ask([bad!, good!]);
  expect(answer.trailers["soma-left-out"]).toBe("0 weights_invalid");
  const some = decode(scoreResponse, answer.messages[0]!);
  expect(some).toMatchObject({ ok: true, value: { winner: 1n } });
  expect(some.ok && some.value.loss_score[0]).toBe(3.4028234663852886e38);
  const { status, message } = await ask([bad!]);
  expect(status).toBe(GRPC_CODE.invalidArgument);
  expect(message).toContain("model 0 is no weights file");
  session.close();
});

test("callers who go away, by HTTP or gRPC, leave nothing that runs", async () => {
  const models = [host(weightsOf("code"))];
  const long = host(new Uint8Array(32 * 1024 * 1024));
  const gone = new AbortController();
  const leaving = post(url, requestOf(long, models), gone.signal).catch(() => "gone");
  while ((await metric("pending")) === 0) await Bun.sleep(5);
  gone.abort();
  expect(await leaving).toBe("gone");
  while ((await metric("pending")) > 0) await Bun.sleep(5);

  const session = openSession(Number(new URL(url).port));
  const call32 = call(session, SCORE, [encode(scoreRequest, messageOf(long, models))]);
  while ((await metric("pending")) === 0) await Bun.sleep(5);
  session.destroy();
  await call32;
  while ((await metric("pending")) > 0) await Bun.sleep(5);
  expect((await post(url, requestOf(host(DATA), models))).status).toBe(200);
});

test("its directory is not for two; a device that is not there is named", async () => {
  const second = await shell.run(...WORDS, "--port", "0", "--json");
  expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: "directory_locked" } });
  const device = ["--device", absentDevice(), "--data-dir", "elsewhere"];
  const absent = await shell.run("start", "scoring", "--port", "0", ...device, "--json");
  expect(JSON.parse(absent.stdout)).toMatchObject({ error: { code: "device_absent" } });
});

test("what was fetched is there after a restart, and checked", async () => {
  const models = [host(weightsOf("english"))];
  const data = host(DATA);
  expect((await post(url, requestOf(data, models))).status).toBe(200);
  expect((await running.stop()).code).toBe(0);
  closeHosts();
  running = await start(shell);
  url = urlOf(running);
  expect((await post(url, requestOf(data, models))).status).toBe(200);
  expect(await metric("downloads_total")).toBe(0);
});

/** The processes that a process started, on Linux. */
function childrenOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"));
  return lists.join(" ").split(" ").map(Number).filter(Boolean);
}

test.skipIf(Object.keys(swiftshaderEnv()).length === 0)(
  "a driver that takes its process down costs the request at hand, and no other",
  async () => {
    const other = new Shell();
    try {
      const words = ["--device", "wgpu", "--port", "0", "--json"];
      const env = swiftshaderEnv();
      const service = await other.start(/\}/, [...WORDS.slice(0, 4), ...words], { env });
      const request = requestOf(host(DATA), [host(weightsOf("code"))]);
      for (const pid of childrenOf(service.pid)) process.kill(pid, "SIGKILL");
      const lost = await post(urlOf(service), request);
      expect({ status: lost.status, problem: await lost.json() }).toMatchObject({
        status: 503,
        problem: { code: "backend_crashed" },
      });
      const again = await post(urlOf(service), request);
      expect({ status: again.status, verdict: await again.json() }).toMatchObject({
        status: 200,
        verdict: { winner: 0, left_out: [] },
      });
    } finally {
      await other.close();
    }
  },
  180_000,
);

test("a full disk is named, and the service goes on", async () => {
  // A limit on the size of files is a disk without room, once its signal is ignored.
  const limited = `trap '' XFSZ; ulimit -f 40; exec "$@"`;
  const full = new Shell(["sh", "-c", limited, "sh", ...FROM_SOURCE]);
  try {
    const service = await start(full);
    const request = requestOf(host(DATA), [host(weightsOf("code"))]);
    for (let round = 0; round < 2; round++) {
      const answer = await post(urlOf(service), request);
      expect({ status: answer.status, problem: await answer.json() }).toMatchObject({
        status: 503,
        problem: { code: "disk_full" },
      });
    }
    const small = await post(urlOf(service), requestOf(host(DATA), [host(new Uint8Array(50))]));
    expect({ status: small.status, problem: await small.json() }).toMatchObject({
      status: 422,
      problem: { code: "weights_invalid" },
    });
    expect(await (await fetch(`${urlOf(service)}/health`)).json()).toEqual({ ok: true });
  } finally {
    await full.close();
  }
});
