/**
 * Admin for the published package: `admin.Admin/AdvanceEpoch`, messages in BCS.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { advanceResponse, empty } from "../wire/grpc/bcs-services.ts";
import { bcsMethod, type Method } from "../wire/grpc/method.ts";
import { GRPC_CODE, GrpcError } from "../wire/grpc/status.ts";
import { type Control, EPOCH_TIMEOUT } from "./service.ts";

/** The methods of the service. */
export function adminMethods(control: Control): readonly Method[] {
  const codecs = { request: empty, response: advanceResponse };
  return [
    bcsMethod("/admin.Admin/AdvanceEpoch", codecs, async () => {
      return { epoch: await control.advanceEpoch().catch(explain) };
    }),
  ];
}

function explain(error: unknown): never {
  if (error instanceof SomaError && error.code === EPOCH_TIMEOUT) {
    throw new GrpcError(GRPC_CODE.deadlineExceeded, error.message);
  }
  throw error;
}
