/**
 * The indirect decision rule on drawn DAGs: what an anchor decides and what keeps it from it.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decide } from "./deciding.ts";

describe("the indirect rule", () => {
  // A1 has votes of A, B and C and a certificate in A3 alone: too few to commit it directly.
  const oneCertificate = "1: *\n2: A B C D-A\n3: A=ABC B=ABD C=ACD D=BCD";

  test("commits a leader that has a certificate in the anchor's history", () => {
    expect(decide(`${oneCertificate}\n4: *\n5: *\n6: *`)).toBe("~A1, B2, C3, D4");
  });

  test("skips a leader without a certificate in the anchor's history", () => {
    // D4 does not see A3, the only block that certifies A1.
    const text = `${oneCertificate}\n4: *-A\n5: *\n6: *\n7: *`;
    expect(decide(text)).toBe("~skip A1, ~B2, C3, D4, A5");
  });

  test("leaves a leader open while its anchor is open", () => {
    expect(decide(`${oneCertificate}\n4: *\n5: *`)).toBe("");
  });

  test("passes over skipped leaders to find the anchor", () => {
    // D4 is skipped, so A5 is the anchor of A1.
    const text = `${oneCertificate}\n4: *\n5: *-D\n6: *\n7: *`;
    expect(decide(text)).toBe("~A1, B2, C3, skip D4, A5");
  });

  test("an open slot on the way to the anchor keeps the leader open", () => {
    // D4 has two votes and two blames: neither skipped nor certified. A5 is committed directly.
    const text = `${oneCertificate}\n4: *\n5: A B C-D D\n6: A=ABC B=ABC C=ABC D=BCD\n7: *`;
    const decided = decide(text);
    expect(decided).toBe("");
  });

  test("decides a chain of open slots, each by the next anchor", () => {
    const halves = "2: A B C-A D-A\n3: *\n4: *\n5: A B C-D D\n6: A=ABD B=ABC C=ABC D=BCD";
    expect(decide(`1: *\n${halves}\n7: *\n8: *\n9: *`)).toMatch(/^~skip A1, /);
  });

  test("commits the certified block of an equivocating leader, and only that", () => {
    // A' has three votes and one certificate, A one vote.
    const text = "1: A A'=ABC B C D\n2: A B=A'BCD C=A'BCD D=A'BCD\n3: A=ABC B=BCD C=ABC D=ABC";
    expect(decide(`${text}\n4: *\n5: *\n6: *`)).toStartWith("~A'1, ");
  });

  test("skips an equivocating leader whose votes are split", () => {
    const text = "1: A A'=ABC B C D\n2: A B C=A'BCD D=A'BCD\n3: *\n4: *\n5: *\n6: *";
    expect(decide(text)).toStartWith("~skip A1, B2, ");
  });
});
