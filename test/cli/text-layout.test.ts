/**
 * Columns line up, whatever the width of the characters, and nothing is ever cut.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { padText, renderBox, renderTable, textWidth, wrapText } from "../../src/cli/text-layout.ts";

const GREEN = "\u001b[32mok\u001b[39m";

test("a table with title and head", () => {
  const table = {
    title: "Title",
    head: ["A", "Bee"],
    rows: [
      ["1", "two"],
      ["three", "4"],
    ],
  };
  expect(renderTable(table, 80).split("\n")).toEqual([
    "╭─────────────╮",
    "│ Title       │",
    "├───────┬─────┤",
    "│ A     │ Bee │",
    "├───────┼─────┤",
    "│ 1     │ two │",
    "│ three │ 4   │",
    "╰───────┴─────╯",
  ]);
});

test("a table of names and values, a title that is wider than they are", () => {
  expect(renderTable({ title: "A long title", rows: [["k", "v"]] }, 80).split("\n")).toEqual([
    "╭──────────────╮",
    "│ A long title │",
    "├───┬──────────┤",
    "│ k │ v        │",
    "╰───┴──────────╯",
  ]);
});

test("a table without title, and one without rows", () => {
  expect(renderTable({ rows: [["k", "v"]] }, 80).split("\n")).toEqual([
    "╭───┬───╮",
    "│ k │ v │",
    "╰───┴───╯",
  ]);
  expect(renderTable({ head: ["k", "v"], rows: [] }, 80).split("\n")).toEqual([
    "╭───┬───╮",
    "│ k │ v │",
    "╰───┴───╯",
  ]);
});

test("wide, combining and coloured characters take the columns that a terminal gives them", () => {
  const rows = [
    ["日本", "1"],
    [GREEN, "2"],
    ["e\u0301", "3"],
    ["😀", "4"],
  ];
  const lines = renderTable({ rows }, 80).split("\n");
  expect(new Set(lines.map(textWidth))).toEqual(new Set([12]));
  expect(padText("日本", 6)).toBe("日本  ");
});

test("a table that is too wide becomes a list, with everything in it", () => {
  const table = { title: "Keys", head: ["Alias", "Address"], rows: [["ann", "0".repeat(90)]] };
  expect(renderTable(table, 80)).toBe(
    ["Keys", "", "  Alias    ann", `  Address  ${"0".repeat(90)}`].join("\n"),
  );
  const pairs = {
    rows: [
      ["k", "0".repeat(90)],
      ["key", "v"],
    ],
  };
  expect(renderTable(pairs, 80)).toBe([`  k    ${"0".repeat(90)}`, "  key  v"].join("\n"));
  expect(renderTable(table, undefined)).toStartWith("╭");
});

test("text wraps between words; a word that is too long stays whole", () => {
  expect(wrapText("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapText("one", 1)).toEqual(["one"]);
  expect(wrapText("", 10)).toEqual([""]);
  expect(wrapText("a  b", 10)).toEqual(["a  b"]);
});

test("a box wraps to the terminal", () => {
  const words = Array.from({ length: 24 }, () => "abandon").join(" ");
  const lines = renderBox([words], 80).split("\n");
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
  expect(lines.join(" ").match(/abandon/g)).toHaveLength(24);
});
