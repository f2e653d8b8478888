/**
 * Why an execution failed, in gRPC: the kind's number, our sentence, and the values of the fault in
 * the form that published clients read them from.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import { present } from "../../base/assert.ts";
import { describeFault, type ExecutionFault, faultGrpcKind } from "../../types/fault.ts";
import { scalarValue, type Tensor } from "../../types/tensor.ts";
import { formatObjectId } from "../../types/text.ts";
import {
  ExecutionError_ExecutionErrorKind as Kind,
  type ExecutionErrorSchema,
} from "../generated/soma_pb.js";

type Message = MessageInitShape<typeof ExecutionErrorSchema>;
type Details = NonNullable<Extract<Message, { errorDetails?: unknown }>["errorDetails"]>;

/** A fault. */
export function faultMessage(fault: ExecutionFault): Message {
  return {
    description: describeFault(fault),
    kind: kindOf(fault),
    errorDetails: detailsOf(fault),
  };
}

function kindOf(fault: ExecutionFault): Kind {
  const name = Kind[faultGrpcKind(fault)] as keyof typeof Kind | undefined;
  return Kind[present(name, "a kind of the schema")];
}

function detailsOf(fault: ExecutionFault): Details {
  switch (fault.kind) {
    case "InvalidOwnership":
    case "ObjectNotFound":
    case "InvalidObjectType":
      return { case: "objectId", value: formatObjectId(fault.object_id) };
    default:
      return { case: "otherError", value: valuesOf(fault) };
  }
}

type Other = Exclude<
  ExecutionFault,
  { readonly kind: "InvalidOwnership" | "ObjectNotFound" | "InvalidObjectType" }
>;

function valuesOf(fault: Other): string {
  switch (fault.kind) {
    case "TargetExpired":
      return list({ generation_epoch: fault.generation_epoch, current_epoch: fault.current_epoch });
    case "AuditWindowOpen":
    case "AuditWindowClosed":
      return list({ fill_epoch: fault.fill_epoch, current_epoch: fault.current_epoch });
    case "ModelNotInTarget": {
      const [model_id, target_id] = [fault.model_id, fault.target_id].map(formatObjectId);
      return list({ model_id, target_id });
    }
    case "EmbeddingDimensionMismatch":
      return list({ expected: fault.expected, actual: fault.actual });
    case "DistanceExceedsThreshold":
      return list({ score: numberOf(fault.score), threshold: numberOf(fault.threshold) });
    case "InsufficientBond":
      return list({ required: fault.required, provided: fault.provided });
    case "DataExceedsMaxSize":
      return list({ size: fault.size, max_size: fault.max_size });
    case "DuplicateValidatorMetadata":
      return fault.field;
    case "InvalidArguments":
    case "InvalidProofOfPossession":
    case "SomaError":
      return fault.reason;
    default:
      return describeFault(fault);
  }
}

function list(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(", ");
}

function numberOf(value: Tensor): string {
  return String(scalarValue(value) ?? Number.NaN);
}
