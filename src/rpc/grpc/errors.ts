/**
 * Errors at the gRPC edge: those of the rooms below have a code in one table; whatever is not known
 * there is our own trouble, which the operator hears of and the client does not.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import { GRPC_CODE, type GrpcCode, GrpcError, invalidField } from "../../wire/grpc/status.ts";

/** Operational errors that a client is told of. */
const CODES: Readonly<Record<string, GrpcCode>> = {
  transaction_invalid: GRPC_CODE.invalidArgument,
  too_many_coins: GRPC_CODE.resourceExhausted,
  node_stopped: GRPC_CODE.unavailable,
};

/** What is answered to an error; `report` hears of it unless it is the client's. */
export function explainError(error: unknown, report: (error: unknown) => void): GrpcError {
  if (error instanceof GrpcError) return error;
  if (error instanceof SomaError && error.code === "cursor_invalid") {
    return invalidField("page_token", error.message);
  }
  const code = error instanceof SomaError ? CODES[error.code] : undefined;
  if (error instanceof SomaError && code !== undefined) return new GrpcError(code, error.message);
  report(error);
  const message = "the node failed to answer; its operator can see why";
  return new GrpcError(GRPC_CODE.internal, message);
}
