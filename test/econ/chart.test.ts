/**
 * Charts: well-formed, within their panels, and with round numbers at their axes.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Panel, renderCharts } from "../../src/econ/chart.ts";

const panel = (values: readonly number[], fromZero = false): Panel => ({
  title: "hits < goal & more",
  lines: [
    { name: "hits", values },
    { name: "goal", values: values.map(() => 5), isGoal: true },
  ],
  fromZero,
});

function points(svg: string): readonly (readonly [number, number])[] {
  return [...svg.matchAll(/points="([^"]*)"/g)].flatMap(([, list = ""]) =>
    list.split(" ").map((pair) => pair.split(",").map(Number) as [number, number]),
  );
}

function labels(svg: string): readonly string[] {
  return [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, label = ""]) => label);
}

describe("charts", () => {
  test("every element is closed and every text escaped", () => {
    const svg = renderCharts("A & B", [panel([1, 2, 3]), panel([4]), panel([])]);
    expect(svg).toStartWith("<svg ");
    expect(svg).toEndWith("</svg>\n");
    expect(labels(svg)).toContain("hits &lt; goal &amp; more");
    for (const name of ["svg", "title", "text"]) {
      const opened = svg.match(new RegExp(`<${name}(?:\\s[^>]*)?>`, "g"))?.length;
      expect(svg.match(new RegExp(`</${name}>`, "g"))?.length).toBe(opened);
    }
    expect(svg.replaceAll(/<(?:line|rect|polyline)\s[^>]*\/>/g, "")).not.toMatch(/<(?:l|r|p)/);
    expect(svg).not.toContain("NaN");
    expect(svg).not.toContain("Infinity");
  });

  test("lines stay in their panel, from the first epoch to the last", () => {
    const svg = renderCharts("one", [panel([-3, 12, 7.5, 1_000])]);
    const all = points(svg);
    expect(all).toHaveLength(8);
    for (const [x, y] of all) {
      expect(x).toBeGreaterThanOrEqual(76);
      expect(x).toBeLessThanOrEqual(444);
      expect(y).toBeGreaterThanOrEqual(84);
      expect(y).toBeLessThanOrEqual(244);
    }
    expect(all[0]![0]).toBe(76);
    expect(all[3]![0]).toBe(444);
    // Larger is higher.
    expect(all[3]![1]).toBeLessThan(all[1]![1]);
    expect(all[0]![1]).toBeGreaterThan(all[1]![1]);
  });

  test("axes have round numbers; one from 0 begins there", () => {
    const numbers = labels(renderCharts("one", [panel([9_892_816, 9_891_975])]));
    expect(numbers).toContain("10,000,000");
    const near = labels(renderCharts("one", [{ ...panel([1_012, 1_030]), lines: [] }]));
    expect(near).toContain("0.5");
    const zero = labels(renderCharts("one", [panel([400, 900], true)]));
    expect(zero).toContain("0");
    expect(zero).toContain("500");
    expect(zero).toContain("1,000");
    const small = labels(renderCharts("one", [panel([5, 5.03])]));
    expect(small).toContain("5.01");
    expect(small).toContain("epoch 0");
  });

  test("a constant has an axis", () => {
    const svg = renderCharts("one", [{ ...panel([5, 5]), lines: [{ name: "c", values: [5, 5] }] }]);
    expect(new Set(points(svg).map(([, y]) => y)).size).toBe(1);
    expect(labels(svg)).toContain("6");
  });
});
