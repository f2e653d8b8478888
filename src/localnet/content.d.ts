/**
 * Weights files are imported as paths, which a compiled program has in itself.
 *
 * @module
 */
declare module "*.safetensors" {
  const path: string;
  export = path;
}
