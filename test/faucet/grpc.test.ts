/**
 * The faucet's gRPC door: the same coins, limits and refusals as through the other one.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { SILENT_LOG } from "../../src/base/log.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import { clientChain } from "../../src/faucet/client-chain.ts";
import { Dispenser } from "../../src/faucet/dispenser.ts";
import { Giver } from "../../src/faucet/giver.ts";
import { faucetMethods } from "../../src/faucet/grpc.ts";
import { REQUESTS_PER_MINUTE } from "../../src/faucet/limiter.ts";
import { gasRequest, type GasResponse, gasResponse } from "../../src/wire/grpc/bcs-services.ts";
import { GRPC_CODE, GrpcError } from "../../src/wire/grpc/status.ts";
import { Serving } from "../client/serving.ts";
import { account, SOMA } from "../ledger/fixtures.ts";
import { ALICE } from "../rpc/surface.ts";

const serving = new Serving();
const dispenser = new Dispenser({
  chain: clientChain(serving.client),
  owner: ALICE.address,
  sign: (data) => ALICE.sign(data),
  amount: 2n * SOMA,
  coinCount: 1,
  log: SILENT_LOG,
});
const clock = { nowMs: () => 0, monotonicMs: () => 0 };
const [method] = faucetMethods(new Giver(dispenser, clock));

afterAll(() => serving.close());

async function ask(recipient: string): Promise<GasResponse> {
  if (method?.kind !== "Unary") throw new Error("the faucet has one method of one answer");
  const request = encode(gasRequest, { recipient });
  const bytes = await method.serve(request, { signal: new AbortController().signal });
  const decoded = decode(gasResponse, bytes);
  if (!decoded.ok) throw new Error(decoded.error.reason);
  return decoded.value;
}

async function refusal(recipient: string): Promise<GrpcError> {
  const error: unknown = await ask(recipient).catch((reason: unknown) => reason);
  if (error instanceof GrpcError) return error;
  throw new Error("the faucet gave coins");
}

test("an address with and without 0x gets a coin that reads see", async () => {
  const owner = account("a friend of pythons");
  for (const recipient of [owner, `0x${owner}`]) {
    const { status, coins_sent: coins } = await ask(recipient);
    expect(status).toBe("Success");
    expect(coins).toHaveLength(1);
    expect(coins[0]).toMatchObject({ amount: 2n * SOMA });
    expect(coins[0]?.id).toMatch(/^0x[0-9a-f]{64}$/);
  }
  expect(serving.surface.chain.world.balance(owner)).toBe(4n * SOMA);
});

test("what is no address, and who asks too often", async () => {
  const odd = await refusal("0xnonsense");
  expect(odd.code).toBe(GRPC_CODE.invalidArgument);
  expect(odd.message).toStartWith("Invalid address: ");
  const greedy = account("greedy");
  for (let times = 0; times < REQUESTS_PER_MINUTE; times++) await ask(greedy);
  const tooSoon = await refusal(greedy);
  expect(tooSoon.code).toBe(GRPC_CODE.resourceExhausted);
  expect(tooSoon.message).toContain("ask again in 60 s");
});
