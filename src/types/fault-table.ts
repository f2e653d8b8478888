/**
 * One row a fault, in tag order: its number in the RPC schema, the layout of its payload, what it
 * says and what to do about it.
 *
 * @module
 */
import { boundedText, type Codec, option, u8, u64 } from "../bcs/schema.ts";
import { address, objectId } from "./address.ts";
import { REASON_BYTES_MAX } from "./bounds.ts";
import type { FaultKind, FaultOf, FaultPayloads } from "./fault.ts";
import { scalarValue, type Tensor, tensor } from "./tensor.ts";
import { formatAddress, formatObjectId, formatSoma } from "./text.ts";

/** What is known about the fault `K`. */
export type FaultRow<K extends FaultKind> = {
  /** Number among the kinds of execution errors in the RPC schema. */
  readonly grpcKind: number;
  readonly payload: { readonly [F in keyof FaultPayloads[K]]-?: Codec<FaultPayloads[K][F]> };
  /** One sentence without a full stop. */
  readonly text: (fault: FaultOf<K>) => string;
  /** What to do next, one sentence without a full stop. */
  readonly hint: string;
};

/** A row for every fault. */
export type FaultTable = { readonly [K in FaultKind]: FaultRow<K> };

const reason = boundedText(REASON_BYTES_MAX);
const OTHER_ERROR = 24;
const OBJECT_TYPES = ["SystemState", "Coin", "StakedSoma", "Target"];

/** Every fault. The order of the rows is the order of the tags. */
export const FAULT_TABLE: FaultTable = {
  InsufficientGas: plain(
    1,
    "the gas coins do not cover the fees",
    "get coins from the faucet, or merge small coins into one",
  ),
  InvalidOwnership: {
    grpcKind: 2,
    payload: { object_id: objectId, expected_owner: address, actual_owner: option(address) },
    text: (fault) => {
      const actual = fault.actual_owner;
      const owner = actual === undefined ? "nobody in particular" : formatAddress(actual);
      const object = formatObjectId(fault.object_id);
      return `object ${object} belongs to ${owner}, not to ${formatAddress(fault.expected_owner)}`;
    },
    hint: "name only objects that the sender owns",
  },
  ObjectNotFound: {
    grpcKind: 3,
    payload: { object_id: objectId },
    text: ({ object_id }) => `object ${formatObjectId(object_id)} does not exist`,
    hint: "check the id; the object may have been deleted",
  },
  InvalidObjectType: {
    grpcKind: 4,
    payload: { object_id: objectId, expected: u8, actual: u8 },
    text: ({ object_id, expected, actual }) =>
      `object ${formatObjectId(object_id)} is ${typeName(actual)}, ${typeName(expected)} is needed`,
    hint: "name an object of the type that the transaction takes",
  },
  InvalidTransactionType: plain(
    5,
    "this kind of transaction cannot be executed here",
    "send a kind that users may send",
  ),
  InvalidArguments: {
    grpcKind: 6,
    payload: { reason },
    text: (fault) => `the arguments are invalid: ${fault.reason}`,
    hint: "correct the arguments and send again",
  },
  DuplicateValidator: plain(
    7,
    "the sender is a validator or a candidate already",
    "use the commands that change an existing validator",
  ),
  DuplicateValidatorMetadata: {
    grpcKind: 54,
    payload: { field: reason },
    text: ({ field }) => `another validator has the same ${field}`,
    hint: "use keys and addresses of your own",
  },
  MissingProofOfPossession: plain(
    55,
    "a new protocol key comes without its proof of possession",
    "send the proof together with the key",
  ),
  InvalidProofOfPossession: {
    grpcKind: 56,
    payload: { reason },
    text: (fault) => `the proof of possession does not hold: ${fault.reason}`,
    hint: "make the proof with the key that it goes with and for the sender's address",
  },
  NotAValidator: plain(
    8,
    "the sender or the reported address is not an active validator",
    "list the active validators",
  ),
  ValidatorAlreadyRemoved: plain(
    9,
    "the validator already leaves at the end of this epoch",
    "wait for the epoch to end",
  ),
  AdvancedToWrongEpoch: plain(
    10,
    "the epoch change does not lead to the next epoch",
    "report this: no honest network does it",
  ),
  ModelNotFound: plain(11, "the model does not exist", "check the id in the list of models"),
  NotModelOwner: plain(
    12,
    "the sender does not own the model",
    "sign with the address that created the model",
  ),
  ModelNotActive: plain(
    13,
    "the model is not active",
    "commit and reveal it first, or choose another model",
  ),
  ModelNotPending: plain(25, "the model has no commitment to reveal", "commit the model first"),
  ModelNotCreated: plain(
    OTHER_ERROR,
    "the model is past its first commitment",
    "commit an update instead",
  ),
  ModelInvalidState: plain(
    OTHER_ERROR,
    "the model's state does not allow this",
    "look at the model's state; an inactive model stays inactive",
  ),
  ModelAlreadyInactive: plain(
    26,
    "the model is inactive",
    "choose another model; an inactive one stays inactive",
  ),
  ModelRevealEpochMismatch: plain(
    27,
    "a reveal is due exactly one epoch after its commitment",
    "wait for the epoch after the commitment, or commit again",
  ),
  ModelEmbeddingCommitmentMismatch: plain(
    28,
    "the embedding is not the one committed to",
    "reveal the embedding of the commitment",
  ),
  ModelDecryptionKeyCommitmentMismatch: plain(
    57,
    "the decryption key is not the one committed to",
    "reveal the key of the commitment",
  ),
  ModelNoPendingUpdate: plain(29, "the model has no update to reveal", "commit an update first"),
  ModelArchitectureVersionMismatch: plain(
    30,
    "the network runs another version of the architecture",
    "use the architecture version in the network's parameters",
  ),
  ModelCommissionRateTooHigh: plain(
    31,
    "the commission is above 10,000 basis points",
    "rates are basis points; 500 means 5 %",
  ),
  ModelMinStakeNotMet: plain(
    32,
    "the stake is below the least that a model needs",
    "stake at least the minimum in the network's parameters",
  ),
  NoActiveModels: plain(33, "no model is active", "wait until a model is revealed"),
  TargetNotFound: plain(34, "the target does not exist", "list the open targets"),
  TargetNotOpen: plain(
    35,
    "the target is filled already",
    "somebody was faster; list the open targets",
  ),
  TargetExpired: {
    grpcKind: 36,
    payload: { generation_epoch: u64, current_epoch: u64 },
    text: ({ generation_epoch: made, current_epoch: now }) =>
      `the target was open in epoch ${made} only; this is epoch ${now}`,
    hint: "submit to a target of the current epoch",
  },
  TargetNotFilled: plain(37, "the target is not filled", "wait until it is filled or expires"),
  AuditWindowOpen: {
    grpcKind: 38,
    payload: { fill_epoch: u64, current_epoch: u64 },
    text: ({ fill_epoch: filled, current_epoch: now }) =>
      `the target was filled in epoch ${filled} and is under audit in epoch ${now}`,
    hint: "claim when the audit is over, two epochs after the fill unless it is disputed",
  },
  TargetAlreadyClaimed: plain(39, "the target is claimed already", "nothing is left to claim"),
  ModelNotInTarget: {
    grpcKind: 40,
    payload: { model_id: objectId, target_id: objectId },
    text: ({ model_id, target_id }) =>
      `model ${formatObjectId(model_id)} does not compete for target ${formatObjectId(target_id)}`,
    hint: "name one of the models that the target lists",
  },
  EmbeddingDimensionMismatch: {
    grpcKind: 41,
    payload: { expected: u64, actual: u64 },
    text: ({ expected, actual }) => `the embedding has ${actual} values, ${expected} are needed`,
    hint: "score with a model of the network's size",
  },
  DistanceExceedsThreshold: {
    grpcKind: 42,
    payload: { score: tensor, threshold: tensor },
    text: ({ score, threshold }) =>
      `the distance ${showTensor(score)} is above the threshold ${showTensor(threshold)}`,
    hint: "find data whose embedding is nearer to the target",
  },
  InsufficientBond: {
    grpcKind: 43,
    payload: { required: u64, provided: u64 },
    text: ({ required, provided }) =>
      `the bond coin holds ${formatSoma(provided)} SOMA, ${formatSoma(required)} are needed`,
    hint: "name a coin that covers the bond",
  },
  DataExceedsMaxSize: {
    grpcKind: 52,
    payload: { size: u64, max_size: u64 },
    text: ({ size, max_size: max }) => `the data has ${size} bytes, ${max} are the most`,
    hint: "submit less data",
  },
  InsufficientEmissionBalance: plain(
    44,
    "the emission fund cannot pay for this",
    "wait for the next epoch",
  ),
  AuditWindowClosed: {
    grpcKind: 45,
    payload: { fill_epoch: u64, current_epoch: u64 },
    text: ({ fill_epoch: filled, current_epoch: now }) =>
      `reports on a target filled in epoch ${filled} are not taken in epoch ${now}`,
    hint: "report in the epochs of the audit",
  },
  InsufficientCoinBalance: plain(
    14,
    "the coins do not hold enough for the amount and the fees",
    "use another coin, or merge coins",
  ),
  CoinBalanceOverflow: plain(15, "a coin would hold more than there is", "use smaller amounts"),
  ArithmeticOverflow: plain(OTHER_ERROR, "a sum exceeds 64 bits", "use smaller amounts"),
  ValidatorNotFound: plain(16, "there is no such validator", "list the validators"),
  StakingPoolNotFound: plain(18, "there is no such staking pool", "check the staked object"),
  CannotReportOneself: plain(19, "a validator cannot report itself", "report somebody else"),
  ReportRecordNotFound: plain(20, "there is no such report to undo", "check what was reported"),
  InputObjectDeleted: plain(21, "an input object is deleted", "read the current state and retry"),
  CertificateDenied: plain(
    22,
    "the transaction is denied",
    "send another transaction: this one stays denied",
  ),
  ExecutionCancelledDueToSharedObjectCongestion: plain(
    23,
    "a shared object is in too much demand",
    "send again later",
  ),
  SomaError: {
    grpcKind: OTHER_ERROR,
    payload: { reason },
    text: (fault) => fault.reason,
    hint: "correct what the message says and send again",
  },
};

type Plain = Omit<FaultRow<"InsufficientGas">, "text"> & { readonly text: () => string };

function plain(grpcKind: number, text: string, hint: string): Plain {
  return { grpcKind, payload: {}, text: () => text, hint };
}

function typeName(tag: number): string {
  const name = OBJECT_TYPES[tag];
  return name === undefined ? `an object of type ${tag}` : `a ${name}`;
}

function showTensor(value: Tensor): string {
  return scalarValue(value)?.toString() ?? `of shape [${value.shape.join(", ")}]`;
}
