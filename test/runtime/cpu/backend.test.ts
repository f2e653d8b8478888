import { backendConformance } from "../../conformance/backend.ts";
import { cpuBackend } from "../../../src/runtime/cpu/backend.ts";

backendConformance(cpuBackend);
