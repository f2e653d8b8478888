/**
 * The WebGPU backend conforms, in the child process in which it always runs.
 *
 * @module
 */
import { openInChild } from "../../../src/runtime/child/backend.ts";
import { backendConformance } from "../../conformance/backend.ts";

backendConformance("wgpu in a child", () => openInChild("wgpu"));
