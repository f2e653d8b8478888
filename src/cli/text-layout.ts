/**
 * Text in columns: widths as a terminal shows them (wide and combining characters, colours), words
 * wrapped to a width, tables and boxes with rounded borders. A table that is too wide for the
 * terminal becomes a list of its rows, so that nothing is cut and everything can be copied.
 *
 * @module
 */

/** A table: rows of cells under a head; without a head its first column names the second. */
export type Table = {
  readonly title?: string;
  readonly head?: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** Columns that `text` takes; colours take none. */
export function textWidth(text: string): number {
  return Bun.stringWidth(text);
}

/** `text` with spaces up to `width` columns. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** `text` in lines of at most `width` columns, broken between words; a longer word stays whole. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** `table` in at most `columns` columns where its cells allow that. */
export function renderTable(table: Table, columns: number | undefined): string {
  const { head, title, rows } = table;
  const all = head === undefined ? rows : [head, ...rows];
  const widths = columnWidths(all, title);
  const width = widths.reduce((sum, column) => sum + column + 3, 1);
  if (columns !== undefined && width > columns) return renderList(table);
  const body = rows.map((row) => tableRow(row, widths));
  if (title === undefined && head === undefined) return frame(widths, [body]);
  const top = title === undefined ? [] : [[`│ ${padText(title, width - 4)} │`]];
  const names = head === undefined ? [] : [[tableRow(head, widths)]];
  return frame(
    widths,
    [...top, ...names, ...(body.length === 0 ? [] : [body])],
    title !== undefined,
  );
}

/** `lines` in a box, each wrapped to the terminal. */
export function renderBox(lines: readonly string[], columns = 80): string {
  const wrapped = lines.flatMap((line) => wrapText(line, columns - 4));
  const width = Math.max(...wrapped.map(textWidth));
  return frame([width], [wrapped.map((line) => tableRow([line], [width]))]);
}

function columnWidths(
  rows: readonly (readonly string[])[],
  title: string | undefined,
): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, textWidth(cell));
    }
  }
  const last = Math.max(0, widths.length - 1);
  const others = widths.slice(0, last).reduce((sum, width) => sum + width + 3, 0);
  widths[last] = Math.max(widths[last] ?? 0, textWidth(title ?? "") - others);
  return widths;
}

function tableRow(cells: readonly string[], widths: readonly number[]): string {
  return `│ ${widths.map((width, index) => padText(cells[index] ?? "", width)).join(" │ ")} │`;
}

/** Borders around `sections`; the first may span all columns. */
function frame(
  widths: readonly number[],
  sections: readonly (readonly string[])[],
  isFirstSpanning = false,
): string {
  const rule = (left: string, cross: string, right: string): string =>
    left + widths.map((width) => "─".repeat(width + 2)).join(cross) + right;
  const lines = [rule("╭", isFirstSpanning ? "─" : "┬", "╮")];
  for (const [index, section] of sections.entries()) {
    if (index > 0) lines.push(rule("├", index === 1 && isFirstSpanning ? "┬" : "┼", "┤"));
    lines.push(...section);
  }
  return [...lines, rule("╰", isFirstSpanning && sections.length === 1 ? "─" : "┴", "╯")].join(
    "\n",
  );
}

/** Each row as lines of name and value; without a head a row is such a line itself. */
function renderList({ title, head, rows }: Table): string {
  const pairs = (record: readonly (readonly string[])[]): string => {
    const width = Math.max(0, ...record.map(([name = ""]) => textWidth(name)));
    return record
      .map(([name = "", ...values]) => `  ${padText(name, width)}  ${values.join("  ")}`.trimEnd())
      .join("\n");
  };
  const records =
    head === undefined
      ? [pairs(rows)]
      : rows.map((row) => pairs(head.map((name, index) => [name, row[index] ?? ""])));
  return [...(title === undefined ? [] : [title]), ...records].join("\n\n");
}
