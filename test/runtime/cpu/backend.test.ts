/**
 * The plain CPU backend conforms.
 *
 * @module
 */
import { cpuBackend } from "../../../src/runtime/cpu/backend.ts";
import { backendConformance } from "../../conformance/backend.ts";

backendConformance("plain JavaScript", () => Promise.resolve(cpuBackend));
