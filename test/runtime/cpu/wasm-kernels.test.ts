/**
 * The kernels in WebAssembly conform, alone and on several threads, which give the same bits.
 *
 * @module
 */
import { openWasm } from "../../../src/runtime/cpu/open.ts";
import { WasmKernels } from "../../../src/runtime/cpu/wasm-kernels.ts";
import { backendConformance } from "../../conformance/backend.ts";
import { kernelsConformance } from "../../conformance/kernels.ts";

kernelsConformance("WASM, one thread", () => WasmKernels.open(1));
kernelsConformance("WASM, three threads", () => WasmKernels.open(3));
backendConformance("WASM", () => openWasm(2));
