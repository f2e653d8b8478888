/**
 * The machine in numbers, measured in the same run as everything else, because the same machine can
 * be twice as fast in a quiet minute: a figure is compared by its ratio to these.
 *
 * @module
 */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import { type Bench, type Measure, perSecond, repeat } from "./frame.ts";

const VERIFY_BATCH = 1024;
const HASH_BYTES = 65_536;
const MATRIX_SIZE = 96;
const WRITE_BYTES = 4096;

/** What the table begins with. */
export const YARDSTICK: readonly Bench[] = [
  { name: "Ed25519 verify, BoringSSL, pooled", unit: "verifies/s", setup: pooledVerify },
  { name: "BLAKE2b-256 of 64 KiB, native", unit: "MB/s", setup: hashing },
  { name: "f32 matmul in cache, plain JavaScript", unit: "GFLOP/s", setup: matmul },
  { name: "append 4 KiB + fdatasync", unit: "ms", setup: durableWrite },
];

/** Verifies a batch through the runtime's thread pool, as a busy validator does. */
function pooledVerify(): Measure {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const message = new Uint8Array(32).fill(7);
  const signature = sign(null, message, privateKey);
  const verifyOne = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      verify(null, message, publicKey, signature, (error, valid) =>
        error ? reject(error) : resolve(valid),
      );
    });
  return perSecond(VERIFY_BATCH, async () => {
    await Promise.all(Array.from({ length: VERIFY_BATCH }, verifyOne));
  });
}

function hashing(): Measure {
  const data = new Uint8Array(HASH_BYTES).fill(7);
  const times = 16;
  const work = repeat(times, () => void Bun.CryptoHasher.hash("blake2b256", data));
  return perSecond((HASH_BYTES * times) / 1e6, work);
}

function matmul(): Measure {
  const [left, right, out] = [1, 2, 0].map((value) =>
    new Float32Array(MATRIX_SIZE ** 2).fill(value),
  );
  const times = 4;
  const flops = 2 * MATRIX_SIZE ** 3 * times;
  return perSecond(
    flops / 1e9,
    repeat(times, () => multiply(out!, left!, right!)),
  );
}

/** out = left · rightᵀ of square matrices, two by two dot products at a time. */
function multiply(out: Float32Array, left: Float32Array, right: Float32Array): void {
  const size = MATRIX_SIZE;
  for (let row = 0; row < size; row += 2) {
    for (let column = 0; column < size; column += 2) {
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let k = 0; k < size; k++) {
        const upper = left[row * size + k]!;
        const lower = left[row * size + size + k]!;
        const first = right[column * size + k]!;
        const second = right[column * size + size + k]!;
        a += upper * first;
        b += upper * second;
        c += lower * first;
        d += lower * second;
      }
      out.set([a, b], row * size + column);
      out.set([c, d], row * size + size + column);
    }
  }
}

/** Appends to a file on the disk where the project is. */
function durableWrite(): Measure {
  const folder = join(import.meta.dir, "../../dist");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `.fdatasync-${process.pid}`);
  const file = openSync(path, "w");
  const block = new Uint8Array(WRITE_BYTES);
  return {
    sample: () => {
      const start = performance.now();
      writeSync(file, block);
      fdatasyncSync(file);
      return performance.now() - start;
    },
    close: () => {
      closeSync(file);
      rmSync(path);
    },
  };
}
