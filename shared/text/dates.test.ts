import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDate } from "./dates.ts";

describe("parseDate: the ways people write dates (FR-2.3)", () => {
  it.each([
    ["2026-03-05", "2026-03-05", "ymd", true],
    ["2026/3/5", "2026-03-05", "ymd", true],
    ["05/03/2026", "2026-03-05", "dmy", false],
    ["3/5/26", "2026-05-03", "dmy", false],
    ["05.03.2026", "2026-03-05", "dmy", false],
    ["13/03/2026", "2026-03-13", "dmy", true],
    ["03/13/2026", "2026-03-13", "mdy", true],
    ["5 Mar 2026", "2026-03-05", "text", true],
    ["5-Mar-26", "2026-03-05", "text", true],
    ["05MAR2026", "2026-03-05", "text", true],
    ["March 5, 2026", "2026-03-05", "text", true],
    ["Thursday, 5th of March 2026", "2026-03-05", "text", true],
    ["Sept. 1st, 2026", "2026-09-01", "text", true],
    ["2026 March 5", "2026-03-05", "text", true],
    ["٠٥/٠٣/٢٠٢٦", "2026-03-05", "dmy", false],
    ["٢٠٢٦-٠٣-٠٥", "2026-03-05", "ymd", true],
    ["٥ مارس ٢٠٢٦", "2026-03-05", "text", true],
    ["الخميس، ٥ آذار ٢٠٢٦ م", "2026-03-05", "text", true],
    ["1 كانون الثاني 2026", "2026-01-01", "text", true],
    ["١ إبريل، ٢٠٢٦", "2026-04-01", "text", true],
    ["2026-03-05T10:30:00.000Z", "2026-03-05", "ymd", true],
    ["2026-03-05 10:30", "2026-03-05", "ymd", true],
    ["05/03/2026 10:30 PM", "2026-03-05", "dmy", false],
    ["٥ مارس ٢٠٢٦ ١٠:٣٠ ص", "2026-03-05", "text", true],
    ["29/02/2024", "2024-02-29", "dmy", true],
    ["01/01/70", "1970-01-01", "dmy", false],
    [" 2026-03-05\n", "2026-03-05", "ymd", true],
  ])("%j is %s", (text, iso, order, certain) => {
    expect(parseDate(text)).toEqual({ iso, order, certain });
  });

  it.each([
    "",
    "2026",
    "03/2026",
    "March 2026",
    "31/02/2026",
    "29/02/2025",
    "32/01/2026",
    "13/13/2026",
    "0/1/2026",
    "2026-3",
    "5/3",
    "12.5",
    "1,234",
    "20260305",
    "1447/05/02",
    "٢ رمضان ١٤٤٧ هـ",
    "05/03-2026",
    "5 Foo 2026",
    "10:30",
    "yesterday",
    "99999-01-01",
    "1/1/226",
    "5 Mar 2026 and more",
  ])("%j is no date", (text) => {
    expect(parseDate(text)).toBeNull();
  });

  it("lets the asked order decide, and refuses what contradicts it", () => {
    expect(parseDate("03/04/2026", { order: "mdy" })?.iso).toBe("2026-03-04");
    expect(parseDate("03/04/2026", { order: "dmy" })?.iso).toBe("2026-04-03");
    expect(parseDate("26/03/04", { order: "ymd" })?.iso).toBe("2026-03-04");
    expect(parseDate("20260305", { order: "ymd" })?.iso).toBe("2026-03-05");
    expect(parseDate("13/04/2026", { order: "mdy" })).toBeNull();
    expect(parseDate("03/04/2026", { order: "ymd" })).toBeNull();
    expect(parseDate("2026-04-13", { order: "mdy" })?.iso).toBe("2026-04-13");
    expect(parseDate("5 Mar 2026", { order: "mdy" })?.iso).toBe("2026-03-05");
  });

  const MONTHS_AR = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split(" ");

  it("reads every day of three centuries back in every form", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900, 0, 1) / 864e5, max: Date.UTC(2199, 11, 31) / 864e5 }), (day) => {
        const iso = new Date(day * 864e5).toISOString().slice(0, 10);
        const [y = "", m = "", d = ""] = iso.split("-");
        const english = new Date(day * 864e5).toLocaleDateString("en-US", { dateStyle: "full", timeZone: "UTC" });
        expect(parseDate(iso)?.iso).toBe(iso);
        expect(parseDate(`${d}/${m}/${y}`, { order: "dmy" })?.iso).toBe(iso);
        expect(parseDate(`${Number(m)}.${Number(d)}.${y}`, { order: "mdy" })?.iso).toBe(iso);
        expect(parseDate(english)?.iso).toBe(iso);
        expect(parseDate(`${Number(d)} ${MONTHS_AR[Number(m) - 1]} ${y}`)?.iso).toBe(iso);
      }),
    );
  });

  it("never throws, and gives real days only", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9٠-٩]{1,4}[-/. ][0-9a-zA-Z]{1,9}[-/. ][0-9]{1,4}$/), (text) => {
        const iso = parseDate(text)?.iso;
        if (iso !== undefined) expect(new Date(`${iso}T00:00:00Z`).toISOString().slice(0, 10)).toBe(iso);
      }),
    );
  });
});
