/**
 * The machine in numbers, measured in the same run as everything else, because the same machine can
 * be twice as fast in a quiet minute: a figure is compared by its ratio to these.
 *
 * @module
 */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import { type Bench, type Measure, rate } from "./frame.ts";
import { KERNEL_YARDSTICK } from "./kernel-yardstick.ts";

const VERIFY_BATCH = 1024;
const HASH_BYTES = 65_536;
const MATRIX_SIZE = 96;
const WRITE_BYTES = 4096;

const HASHED = new Uint8Array(HASH_BYTES).fill(7);
const LEFT = new Float32Array(MATRIX_SIZE * MATRIX_SIZE).fill(1);
const RIGHT = new Float32Array(MATRIX_SIZE * MATRIX_SIZE).fill(2);
const OUT = new Float32Array(MATRIX_SIZE * MATRIX_SIZE);
const MATMUL_GIGAFLOP = (2 * MATRIX_SIZE * MATRIX_SIZE * MATRIX_SIZE) / 1e9;

/** What the table begins with. */
export const YARDSTICK: readonly Bench[] = [
  { name: "Ed25519 verify, BoringSSL, pooled", unit: "verifies/s", setup: pooledVerify },
  rate("BLAKE2b-256 of 64 KiB, native", { amount: HASH_BYTES / 1e6, unit: "MB/s" }, 16, () =>
    Bun.CryptoHasher.hash("blake2b256", HASHED),
  ),
  rate("f32 matmul, plain JS", { amount: MATMUL_GIGAFLOP, unit: "GFLOP/s" }, 4, multiply),
  ...KERNEL_YARDSTICK,
  { name: "append 4 KiB + fdatasync", unit: "ms", setup: durableWrite },
];

/** Verifies a batch in the runtime's thread pool, as a busy validator does. */
function pooledVerify(): Measure {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const message = new Uint8Array(32).fill(7);
  const signature = sign(null, message, privateKey);
  const verifyOne = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      verify(null, message, publicKey, signature, (error, valid) => {
        if (error === null) resolve(valid);
        else reject(error);
      });
    });
  return {
    sample: async () => {
      const start = performance.now();
      await Promise.all(Array.from({ length: VERIFY_BATCH }, verifyOne));
      return VERIFY_BATCH / ((performance.now() - start) / 1000);
    },
  };
}

/** OUT = LEFT · RIGHTᵀ of square matrices, two by two dot products at a time. */
function multiply(): void {
  for (let row = 0; row < OUT.length; row += 2 * MATRIX_SIZE) {
    for (let column = 0; column < MATRIX_SIZE; column += 2) multiplyBlock(row, column);
  }
}

function multiplyBlock(row: number, column: number): void {
  const [upper, lower] = [row, row + MATRIX_SIZE];
  const [first, second] = [column * MATRIX_SIZE, (column + 1) * MATRIX_SIZE];
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let k = 0; k < MATRIX_SIZE; k++) {
    a += LEFT[upper + k]! * RIGHT[first + k]!;
    b += LEFT[upper + k]! * RIGHT[second + k]!;
    c += LEFT[lower + k]! * RIGHT[first + k]!;
    d += LEFT[lower + k]! * RIGHT[second + k]!;
  }
  OUT[upper + column] = a;
  OUT[upper + column + 1] = b;
  OUT[lower + column] = c;
  OUT[lower + column + 1] = d;
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
