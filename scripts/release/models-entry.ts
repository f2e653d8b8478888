/**
 * The package of model tools: the shape of models, their weights as files, encryption, and the
 * reference computation of a loss and an embedding. It is slow and exact; `soma score` is fast.
 *
 * @module
 */
export type { Result } from "../../src/base/result.ts";
export { applyCipher } from "../../src/blobs/cipher.ts";
export { blake2b256 } from "../../src/crypto/digest.ts";
export { batchCount, evaluate, type Evaluation, selectWinner } from "../../src/model/compete.ts";
export { checkConfig, type ModelConfig, SMALL, V1 } from "../../src/model/config.ts";
export { cosineDistance } from "../../src/model/embedding.ts";
export {
  parseHeader,
  readTensor,
  type TensorEntry,
  type WeightsFault,
  weightsFaultText,
  writeSafetensors,
} from "../../src/model/safetensors.ts";
export {
  checkEntries,
  initialWeights,
  planWeights,
  readWeights,
  type TensorSource,
  writeWeights,
} from "../../src/model/weights.ts";
