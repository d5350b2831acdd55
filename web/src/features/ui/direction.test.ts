import { expect, test } from "vitest";
import { directionOf } from "./direction.ts";

test("most letters decide, not the first (NFR-S4.1)", () => {
  expect(directionOf("- شركة النور: Total Amount (KWD): 44,568.918 KWD, Rows: 10")).toBe("ltr");
  expect(directionOf("Gulf Trading هي أكبر عميل لهذا الشهر بإجمالي")).toBe("rtl");
  expect(directionOf("صفحتك منشورة: https://abcdefghijkl.sites.example.com/")).toBe("rtl");
  expect(directionOf("الملفات: `site/index.html`، `site/style.css`")).toBe("rtl");
  expect(directionOf("https://example.com/")).toBe("auto");
  expect(directionOf("2026-01: 12.500")).toBe("auto");
});
