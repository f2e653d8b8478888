/** Kernels are imported as the text that they are. */
declare module "*.wgsl" {
  const text: string;
  export default text;
}
