/**
 * Everything that the node port serves in gRPC.
 *
 * @module
 */
import { type DescService, fromBinary, toBinary } from "@bufbuild/protobuf";

import { formatDigest } from "../../types/text.ts";
import { fullVersion } from "../../version.ts";
import { file_grpc_health, Health } from "../../wire/generated/grpc/health_pb.js";
import {
  file_grpc_reflection_v1,
  ServerReflection,
  ServerReflectionRequestSchema,
  ServerReflectionResponseSchema,
} from "../../wire/generated/grpc/reflection_v1_pb.js";
import * as alpha from "../../wire/generated/grpc/reflection_v1alpha_pb.js";
import {
  file_soma,
  LedgerService,
  StateService,
  TransactionExecutionService,
} from "../../wire/generated/soma_pb.js";
import { type Method, protobufMethods } from "../../wire/grpc/method.ts";
import { executionService } from "./execution-service.ts";
import type { HeaderFields } from "./headers.ts";
import { healthService } from "./health-service.ts";
import { ledgerService } from "./ledger-service.ts";
import type { GrpcPorts } from "./ports.ts";
import { createReflection } from "./reflection-service.ts";
import { SERVER_NAME } from "./server-name.ts";
import { stateService } from "./state-service.ts";
import { subscriptionMethods } from "./subscription-service.ts";

const FILES = [file_soma, file_grpc_health, file_grpc_reflection_v1];

/** The services that browsers can call. */
export const WEB_SERVICES: readonly DescService[] = [...file_soma.services, Health];

/** The methods of all services over `ports`. */
export function nodeMethods(ports: GrpcPorts): readonly Method[] {
  const reflection = createReflection(FILES);
  const names = new Set(file_soma.services.map(({ typeName }) => typeName));
  return [
    ...protobufMethods(LedgerService, ledgerService(ports)),
    ...protobufMethods(StateService, stateService(ports)),
    ...protobufMethods(TransactionExecutionService, executionService(ports)),
    ...subscriptionMethods(ports),
    ...protobufMethods(Health, healthService(names)),
    ...protobufMethods(ServerReflection, { serverReflectionInfo: reflection }),
    ...protobufMethods(alpha.ServerReflection, {
      // The messages of the older version differ in their names only.
      serverReflectionInfo: (request) => {
        const bytes = toBinary(alpha.ServerReflectionRequestSchema, request);
        const answer = reflection(fromBinary(ServerReflectionRequestSchema, bytes));
        return fromBinary(
          alpha.ServerReflectionResponseSchema,
          toBinary(ServerReflectionResponseSchema, answer),
        );
      },
    }),
  ];
}

/** Headers of every answer: which chain it is of and how far that is. */
export function nodeHeaders({ chain, reader }: GrpcPorts): () => Readonly<HeaderFields> {
  const fixed = {
    server: SERVER_NAME,
    "x-soma-version": fullVersion(),
    "x-soma-chain": chain,
    "x-soma-chain-id": formatDigest(reader.chainId),
    "x-soma-lowest-available-checkpoint": "0",
    "x-soma-lowest-available-checkpoint-objects": "0",
  };
  let sequence = -1n;
  let headers: Readonly<HeaderFields> = fixed;
  return () => {
    const { summary } = reader.latest();
    if (summary.sequence_number === sequence) return headers;
    sequence = summary.sequence_number;
    headers = {
      ...fixed,
      "x-soma-epoch": `${summary.epoch}`,
      "x-soma-checkpoint-height": `${sequence}`,
      "x-soma-timestamp-ms": `${summary.timestamp_ms}`,
      "x-soma-timestamp": new Date(Number(summary.timestamp_ms)).toISOString(),
    };
    return headers;
  };
}
