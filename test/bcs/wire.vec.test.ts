/**
 * The messages of the faucet, admin and scoring services and the tensor, against the bytes of
 * `wire_vectors.json`, by schemas written down here from the wire format.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { base58 } from "@scure/base";

import {
  bool,
  bytes,
  type Codec,
  decode,
  encode,
  option,
  struct,
  text,
  u8,
  u32,
  u64,
  vector,
} from "../../src/bcs/schema.ts";
import { computed } from "../vectors/wire_vectors.json";
import { expectStrict } from "./strict.ts";

const services = computed.bcs_services;

const gasRequest = struct<{ recipient: string }>("GasRequest", { recipient: text });
const gasCoin = struct<{ amount: bigint; id: string; transfer_tx_digest: string }>("GasCoinInfo", {
  amount: u64,
  id: text,
  transfer_tx_digest: text,
});
const gasResponse = struct<{
  status: string;
  coins_sent: readonly { amount: bigint; id: string; transfer_tx_digest: string }[];
}>("GasResponse", { status: text, coins_sent: vector(gasCoin) });
const epochResponse = struct<{ epoch: bigint }>("AdvanceEpochResponse", { epoch: u64 });
const healthResponse = struct<{ ok: boolean }>("HealthResponse", { ok: bool });

type Manifest = { url: string; checksum: string; size: bigint; decryption_key: string | undefined };
const manifest = struct<Manifest>("ManifestInput", {
  url: text,
  checksum: text,
  size: u64,
  decryption_key: option(text),
});
const scoreRequest = struct<{
  data_url: string;
  data_checksum: string;
  data_size: bigint;
  model_manifests: readonly Manifest[];
  target_embedding: readonly number[];
  seed: bigint;
}>("ScoreRequest", {
  data_url: text,
  data_checksum: text,
  data_size: u64,
  model_manifests: vector(manifest),
  target_embedding: vector(u32),
  seed: u64,
});
const scoreResponse = struct<{
  winner: bigint;
  loss_score: readonly number[];
  embedding: readonly number[];
  distance: readonly number[];
}>("ScoreResponse", {
  winner: u64,
  loss_score: vector(u32),
  embedding: vector(u32),
  distance: vector(u32),
});
const tensor = struct<{ dtype: number; content: Uint8Array; shape: readonly bigint[] }>("Tensor", {
  dtype: u8,
  content: bytes,
  shape: vector(u64),
});

/** Expects `payload` to be the strict encoding of `value`, and `frame` to carry it. */
function expectMessage<T>(
  codec: Codec<T>,
  value: T,
  wire: { payload: string; grpc_frame: string },
) {
  expect(encode(codec, value).toHex()).toBe(wire.payload);
  expectStrict(codec, value);
  const size = (wire.payload.length / 2).toString(16).padStart(8, "0");
  expect(wire.grpc_frame).toBe(`00${size}${wire.payload}`);
}

function f32Bits(values: readonly number[]): number[] {
  return [...new Uint32Array(new Float32Array(values).buffer)];
}

describe("service messages", () => {
  test("faucet", () => {
    const recipient = computed.keypair.address;
    expectMessage(gasRequest, { recipient }, services["faucet GasRequest(recipient=address)"]);
    const coin = {
      amount: 2_000_000_000n,
      id: `0x${"11".repeat(32)}`,
      transfer_tx_digest: base58.encode(new Uint8Array(32).fill(0xcd)),
    };
    expectMessage(
      gasResponse,
      { status: "Success", coins_sent: [coin] },
      services["faucet GasResponse(one coin 2e9, id 0x11*32, tx b58(cd*32))"],
    );
  });

  test("admin", () => {
    expectMessage(epochResponse, { epoch: 5n }, services["admin AdvanceEpochResponse(epoch=5)"]);
    expectMessage(struct("Empty", {}), {}, services["admin AdvanceEpochRequest"]);
  });

  test("scoring", () => {
    const value = {
      data_url: "http://example.com/data.bin",
      data_checksum: "DenMFWataP7Dr6DB4ohsPK5TVy7rfzcnAynMoQuokQtQ",
      data_size: 24n,
      model_manifests: [
        {
          url: "http://example.com/weights.enc",
          checksum: "5A8P2ZBH4X5nEQd74ct6dw3v15uNo6FZKbpcfnWgwf7z",
          size: 64n,
          decryption_key: computed.decryption_key_commitment.key_b58,
        },
      ],
      target_embedding: f32Bits([0.1, 0.2, 0.3, 0.4]),
      seed: 0n,
    };
    expectMessage(scoreRequest, value, services["scoring ScoreRequest"]);
    const answer = {
      winner: 0n,
      loss_score: f32Bits([1.5]),
      embedding: f32Bits([0.1, 0.2, 0.3, 0.4]),
      distance: f32Bits([0.5]),
    };
    expectMessage(scoreResponse, answer, services["scoring ScoreResponse(winner 0)"]);
    expectMessage(healthResponse, { ok: true }, services["scoring HealthResponse(ok=true)"]);
  });
});

describe("tensor", () => {
  test("is a type, the little-endian floats and the shape", () => {
    const content = new Uint8Array(new Float32Array(computed.tensor.values).buffer);
    const value = { dtype: 0, content, shape: [4n] };
    expect(encode(tensor, value).toHex()).toBe(computed.tensor.bcs);
    expectStrict(tensor, value);
    const scalar = {
      dtype: 0,
      content: new Uint8Array(new Float32Array([0.5]).buffer),
      shape: [1n],
    };
    expect(encode(tensor, scalar).toHex()).toBe(computed.tensor["scalar_0.5_bcs"]);
    expect(decode(tensor, encode(tensor, scalar)).ok).toBe(true);
  });
});
