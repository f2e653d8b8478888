/**
 * The README is imported as text, which a compiled program has in itself.
 *
 * @module
 */
declare module "*.md" {
  const text: string;
  export = text;
}
