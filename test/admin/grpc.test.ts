/**
 * The admin's gRPC door.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { adminMethods } from "../../src/admin/grpc.ts";
import { EPOCH_TIMEOUT } from "../../src/admin/service.ts";
import { SomaError } from "../../src/base/errors.ts";
import { GRPC_CODE } from "../../src/wire/grpc/status.ts";

async function advance(advanceEpoch: () => Promise<bigint>): Promise<string> {
  const [method] = adminMethods({ advanceEpoch });
  if (method?.kind !== "Unary") throw new Error("admin has one method of one answer");
  const answer = await method.serve(new Uint8Array(), { signal: new AbortController().signal });
  return answer.toHex();
}

test("the answer is the new epoch", async () => {
  expect(await advance(async () => 7n)).toBe("0700000000000000");
});

test("an epoch that does not end in time", async () => {
  const late = new SomaError(EPOCH_TIMEOUT, "epoch 8 did not begin");
  await expect(advance(() => Promise.reject(late))).rejects.toMatchObject({
    code: GRPC_CODE.deadlineExceeded,
    message: "epoch 8 did not begin",
  });
  const bug = new Error("a bug");
  await expect(advance(() => Promise.reject(bug))).rejects.toBe(bug);
});
