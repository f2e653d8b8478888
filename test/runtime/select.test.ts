/**
 * Choosing a backend: the best that proves itself, with reasons for those that do not.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import { kernelBackend } from "../../src/runtime/kernel-backend.ts";
import { type BackendOpener, OPENERS, selectBackend, tryOpener } from "../../src/runtime/select.ts";
import { plainKernels } from "../conformance/plain-kernels.ts";

const LIMITS = { memoryBytes: 2 ** 30, blockBytesMax: 2 ** 27 };
const ADAPTER = { name: "plain", driver: "JavaScript" };

const missing: BackendOpener = {
  name: "cuda",
  kind: "CUDA",
  open: () => Promise.reject(new SomaError("backend_absent", "libcuda.so.1 is not there")),
};
const wrong: BackendOpener = {
  name: "wgpu",
  kind: "WebGPU",
  open: () => {
    const kernels = { ...plainKernels(LIMITS), norm: () => {} };
    return Promise.resolve(kernelBackend("wgpu", ADAPTER, kernels));
  },
};
const sound: BackendOpener = {
  name: "cpu",
  kind: "plain",
  open: () => Promise.resolve(kernelBackend("cpu", ADAPTER, plainKernels(LIMITS))),
};

test("auto takes the first that proves itself and keeps the reasons of the others", async () => {
  const { backend, passedOver } = await selectBackend("auto", [missing, wrong, sound]);
  expect(backend.name).toBe("cpu");
  expect(passedOver.map(({ reason }) => reason?.code)).toEqual(["backend_absent", "backend_wrong"]);
});

test("asking for one by name never gives another", async () => {
  const asked = selectBackend("cuda", [missing, wrong, sound]);
  await expect(asked).rejects.toThrow("--device cuda cannot be used: CUDA: libcuda.so.1");
  await expect(selectBackend("wgpu", [missing, wrong, sound])).rejects.toThrow("known answer");
  await expect(selectBackend("rocm", [sound])).rejects.toThrow("no kernels for it");
});

test("one that only emulates its hardware runs when it is asked for", async () => {
  const adapter = { ...ADAPTER, isEmulated: true };
  const open = () => Promise.resolve(kernelBackend("wgpu", adapter, plainKernels(LIMITS)));
  const { backend, passedOver } = await selectBackend("auto", [{ ...wrong, open }, sound]);
  expect(backend.name).toBe("cpu");
  expect(passedOver[0]!.reason!.message).toContain("emulates");
  expect((await selectBackend("wgpu", [{ ...wrong, open }])).backend.name).toBe("wgpu");
});

test("a backend that is wrong is closed", async () => {
  let isClosed = false;
  const open = async () => ({
    ...(await wrong.open()),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  });
  expect((await tryOpener({ ...wrong, open })).backend).toBeUndefined();
  expect(isClosed).toBe(true);
});

test("our own bugs are not taken for an absent device", async () => {
  const buggy = { ...missing, open: () => Promise.reject(new TypeError("bug")) };
  await expect(selectBackend("auto", [buggy, sound])).rejects.toThrow(TypeError);
});

test("this machine has a backend", async () => {
  const { backend } = await selectBackend("auto", OPENERS);
  expect(backend.adapter.memoryBytes).toBeGreaterThan(0);
  await backend.close();
});
