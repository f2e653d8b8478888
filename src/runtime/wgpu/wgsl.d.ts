/**
 * Kernels are imported as the text that they are.
 *
 * @module
 */
declare module "*.wgsl" {
  const text: string;
  export = text;
}
