/**
 * Line charts as one SVG document: panels in two columns, each with its own axis of values over one
 * axis of epochs. Nothing but shapes and text, so it shows anywhere.
 *
 * @module
 */
import { present } from "../base/assert.ts";

/** One line; a goal is dashed. */
export type Line = {
  readonly name: string;
  readonly values: readonly number[];
  readonly isGoal?: boolean;
};

/** One chart. */
export type Panel = {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Whether the axis of values begins at 0. */
  readonly fromZero: boolean;
};

type Range = { readonly min: number; readonly max: number; readonly step: number };
type Box = { readonly left: number; readonly top: number };

const COLUMNS = 2;
const PANEL_WIDTH = 460;
const PANEL_HEIGHT = 230;
const TITLE_HEIGHT = 44;
const MARGIN = { left: 76, right: 16, top: 40, bottom: 30 };
const PLOT_WIDTH = PANEL_WIDTH - MARGIN.left - MARGIN.right;
const PLOT_HEIGHT = PANEL_HEIGHT - MARGIN.top - MARGIN.bottom;
const COLORS = ["#1d4ed8", "#b45309", "#047857"];
const GREY = "#6b7280";
const TICKS = 4;

/** The document that shows `panels` under a title. */
export function renderCharts(title: string, panels: readonly Panel[]): string {
  const width = COLUMNS * PANEL_WIDTH;
  const height = TITLE_HEIGHT + Math.ceil(panels.length / COLUMNS) * PANEL_HEIGHT;
  const body = panels.flatMap((panel, place) =>
    renderPanel(panel, {
      left: (place % COLUMNS) * PANEL_WIDTH,
      top: TITLE_HEIGHT + Math.floor(place / COLUMNS) * PANEL_HEIGHT,
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"` +
      ` width="${width}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text({ left: 16, top: 28 }, title, 'font-size="16" font-weight="bold"'),
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function renderPanel(panel: Panel, { left, top }: Box): readonly string[] {
  const values = panel.lines.flatMap((line) => line.values).filter(Number.isFinite);
  const y = rangeOf(panel.fromZero ? [0, ...values] : values);
  const epochs = Math.max(2, ...panel.lines.map((line) => line.values.length));
  const place = (epoch: number, value: number): Box => ({
    left: left + MARGIN.left + (epoch / (epochs - 1)) * PLOT_WIDTH,
    top: top + MARGIN.top + (1 - (value - y.min) / (y.max - y.min)) * PLOT_HEIGHT,
  });
  return [
    text({ left: left + 16, top: top + 16 }, panel.title, 'font-weight="bold"'),
    ...legend(panel.lines, { left: left + MARGIN.left, top: top + 32 }),
    ...valueAxis(y, place, epochs),
    ...epochAxis(epochs, (epoch) => place(epoch, y.min)),
    ...panel.lines.map((line, index) => renderLine(line, index, place)),
  ];
}

type Place = (epoch: number, value: number) => Box;

function renderLine(line: Line, index: number, place: Place): string {
  const points = line.values.map((value, epoch) => {
    const { left, top } = place(epoch, value);
    return `${left.toFixed(1)},${top.toFixed(1)}`;
  });
  return `<polyline fill="none" ${stroke(line, index)} points="${points.join(" ")}"/>`;
}

function legend(lines: readonly Line[], { left, top }: Box): readonly string[] {
  let at = left;
  return lines.flatMap((line, index) => {
    const from = at;
    at += 40 + line.name.length * 6;
    const end = from + 18;
    return [
      `<line x1="${from}" y1="${top - 4}" x2="${end}" y2="${top - 4}" ${stroke(line, index)}/>`,
      text({ left: end + 4, top }, line.name),
    ];
  });
}

function valueAxis(y: Range, place: Place, epochs: number): readonly string[] {
  const marks: string[] = [];
  for (let value = y.min; value <= y.max + y.step / 2; value += y.step) {
    const from = place(0, value);
    const to = place(epochs - 1, value);
    const height = from.top.toFixed(1);
    marks.push(
      `<line x1="${from.left}" y1="${height}" x2="${to.left}" y2="${height}" stroke="#e5e7eb"/>`,
      text({ left: from.left - 6, top: from.top + 4 }, tick(value, y.step), 'text-anchor="end"'),
    );
  }
  return marks;
}

function epochAxis(epochs: number, place: (epoch: number) => Box): readonly string[] {
  const step = Math.max(1, Math.ceil(niceStep((epochs - 1) / TICKS)));
  const marks: string[] = [];
  for (let epoch = 0; epoch < epochs; epoch += step) {
    const { left, top } = place(epoch);
    const words = epoch === 0 ? "epoch 0" : `${epoch}`;
    marks.push(text({ left, top: top + 16 }, words, 'text-anchor="middle"'));
  }
  return marks;
}

function rangeOf(values: readonly number[]): Range {
  const low = values.length === 0 ? 0 : Math.min(...values);
  const high = values.length === 0 ? 1 : Math.max(...values);
  // A constant gets some room of its own size around it.
  const room = high > low ? high - low : Math.abs(high) || 1;
  const step = niceStep(room / TICKS);
  const min = Math.floor(low / step) * step;
  const max = Math.max(Math.ceil(high / step) * step, min + step);
  return { min, max, step };
}

/** 1, 2 or 5 times a power of ten that is at least `rough`. */
function niceStep(rough: number): number {
  const power = Math.pow(10, Math.floor(Math.log10(rough)));
  return present(
    [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * (1 - 1e-9)),
    "a step",
  );
}

function tick(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const [whole = "", part] = value.toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return part === undefined ? grouped : `${grouped}.${part}`;
}

function stroke({ isGoal = false }: Line, index: number): string {
  if (isGoal) return `stroke="${GREY}" stroke-width="1.5" stroke-dasharray="5 4"`;
  return `stroke="${present(COLORS[index % COLORS.length], "a colour")}" stroke-width="2"`;
}

function text({ left, top }: Box, words: string, style = ""): string {
  const place = `x="${left.toFixed(1)}" y="${top.toFixed(1)}"`;
  return `<text ${place} fill="#111827" ${style}>${escapeText(words)}</text>`;
}

function escapeText(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
