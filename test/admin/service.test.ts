/**
 * The admin service: one epoch for all who ask at once, and nothing for pages of elsewhere.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { createAdminApp, EPOCH_TIMEOUT } from "../../src/admin/service.ts";
import { SomaError } from "../../src/base/errors.ts";
import { SILENT_LOG } from "../../src/base/log.ts";

const LOCAL = { host: "127.0.0.1:9125" };

function advance(app: ReturnType<typeof createAdminApp>, headers = LOCAL): Promise<Response> {
  return Promise.resolve(app.request("/advance-epoch", { method: "POST", headers }));
}

test("the answer is the new epoch", async () => {
  const app = createAdminApp({ advanceEpoch: async () => 7n }, SILENT_LOG);
  const response = await advance(app);
  expect([response.status, await response.json()]).toEqual([200, { epoch: 7 }]);
  expect((await app.request("/health", { headers: LOCAL })).status).toBe(200);
});

test("who asks while an epoch ends waits for it, who asks later for the next", async () => {
  let epoch = 0n;
  const ended = Promise.withResolvers<void>();
  const control = { advanceEpoch: () => ended.promise.then(() => ++epoch) };
  const app = createAdminApp(control, SILENT_LOG);
  const both = [advance(app), advance(app)];
  ended.resolve();
  const answers = await Promise.all(both.map(async (one) => (await one).json()));
  expect(answers).toEqual([{ epoch: 1 }, { epoch: 1 }]);
  expect(await (await advance(app)).json()).toEqual({ epoch: 2 });
});

test("an epoch that does not end in time is told, and the next request tries again", async () => {
  let calls = 0;
  const advanceEpoch = async (): Promise<bigint> => {
    if (calls++ === 0) throw new SomaError(EPOCH_TIMEOUT, "epoch 1 did not begin within 120 s");
    return 1n;
  };
  const app = createAdminApp({ advanceEpoch }, SILENT_LOG);
  const response = await advance(app);
  expect(response.status).toBe(504);
  expect(await response.json()).toMatchObject({ code: EPOCH_TIMEOUT });
  expect((await advance(app)).status).toBe(200);
});

test.each([
  ["POST", "/advance-epoch", { ...LOCAL, origin: "https://evil.example" }, 403],
  ["POST", "/advance-epoch", { host: "evil.example" }, 403],
  ["GET", "/advance-epoch", LOCAL, 404],
  ["POST", "/mint", LOCAL, 404],
])("%s %s with %j is refused", async (method, path, headers, status) => {
  const advanceEpoch = (): Promise<bigint> => Promise.reject(new Error("not to be called"));
  const app = createAdminApp({ advanceEpoch }, SILENT_LOG);
  const response = await app.request(path, { method, headers });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
});
