/**
 * Example scripts are imported as text.
 *
 * @module
 */
declare module "*.ts.txt" {
  const text: string;
  export = text;
}
