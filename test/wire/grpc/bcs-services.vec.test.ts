/**
 * Messages of faucet, admin and scoring against the published frames.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { type Codec, decode, encode } from "../../../src/bcs/schema.ts";
import { frameMessage } from "../../../src/rpc/grpc/frame.ts";
import {
  advanceResponse,
  empty,
  gasRequest,
  gasResponse,
  healthResponse,
  scoreRequest,
  scoreResponse,
} from "../../../src/wire/grpc/bcs-services.ts";
import { computed } from "../../vectors/wire_vectors.json";

const VECTORS = computed.bcs_services;

type Name = keyof typeof VECTORS;

/** Holds a codec against a published message and its frame. */
function lawOf<T>(codec: Codec<T>): (payload: string, frame: string) => void {
  return (payload, frame) => {
    const decoded = decode(codec, Uint8Array.fromHex(payload));
    if (!decoded.ok) throw new Error(`${decoded.error.path}: ${decoded.error.reason}`);
    const bytes = encode(codec, decoded.value);
    expect(bytes.toHex()).toBe(payload);
    expect(frameMessage(bytes).toHex()).toBe(frame);
    // Nothing may follow a message, and nothing may be missing.
    expect(decode(codec, Uint8Array.fromHex(`${payload}00`)).ok).toBe(false);
    if (payload === "") return;
    expect(decode(codec, Uint8Array.fromHex(payload.slice(0, -2))).ok).toBe(false);
  };
}

const LAWS: Readonly<Record<Name, ReturnType<typeof lawOf>>> = {
  "faucet GasRequest(recipient=address)": lawOf(gasRequest),
  "faucet GasResponse(one coin 2e9, id 0x11*32, tx b58(cd*32))": lawOf(gasResponse),
  "admin AdvanceEpochRequest": lawOf(empty),
  "admin AdvanceEpochResponse(epoch=5)": lawOf(advanceResponse),
  "scoring ScoreRequest": lawOf(scoreRequest),
  "scoring ScoreResponse(winner 0)": lawOf(scoreResponse),
  "scoring HealthRequest": lawOf(empty),
  "scoring HealthResponse(ok=true)": lawOf(healthResponse),
};

test.each(Object.keys(VECTORS) as Name[])("%s", (name) => {
  const { payload, grpc_frame: frame } = VECTORS[name];
  LAWS[name](payload, frame);
});
