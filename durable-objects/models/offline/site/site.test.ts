import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { runGuest } from "../testing/host.ts";
import { textOf } from "../testing/making-desk.ts";
import { readSite, wantsSite } from "./ask.ts";
import { readSiteSince } from "./change.ts";
import { contentCode, structureCode, styleCode } from "./check-code.ts";
import { contrast, findColour, paletteOf } from "./colour.ts";
import { dayHours, hoursKnown, readHours } from "./hours.ts";
import { gapsOf, pageHtml, titleOf } from "./page.ts";
import { pageCss } from "./style.ts";

const daysOf = (text: string): string[] => readHours(text).week.map((day) => dayHours(day, "en")?.join(" & ") ?? "?");
const [SAT, SUN, , , , THU, FRI] = [0, 1, 2, 3, 4, 5, 6] as const;

const FULL =
  "Make a one-page website for Al Noor Dental Clinic (عيادة النور لطب الأسنان). Address: Salmiya, Block 4, Street 12. Open Sat–Thu 9am–1pm and 4–8pm, Friday closed. Phone +965 2222 3333, WhatsApp +965 99887766, email info@alnoor.com. Services: teeth cleaning, whitening, braces, and dental implants. In English and Arabic.";

async function checked(request: string) {
  const brief = readSite(request, "en");
  const files = new Map([
    ["site/index.html", pageHtml(brief)],
    ["site/style.css", pageCss(brief)],
  ]);
  const results = await Promise.all(
    [structureCode(brief, "en"), contentCode(brief, "ar"), styleCode("en")].map(async (code) =>
      JSON.parse((await runGuest(code, files)).output),
    ),
  );
  return { brief, html: files.get("site/index.html") ?? "", problems: results.flatMap((one) => one.problems) };
}

describe("which requests want a site", () => {
  it.each([
    "a one-page site for my clinic with opening hours and a contact section, in Arabic and English",
    "Build me a landing page for my gym",
    "I need a website for our law office",
    "site for Bright Smile",
    "سو لي موقع من صفحة واحدة لعيادتي",
    "أريد موقعًا إلكترونيًا لمطعمي",
    "ابي ويب سايت حق محل عطور",
    "صمم لي صفحة ويب لمكتب محاماة",
    "محتاجة موقع للصالون",
  ])("%s", (request) => expect(wantsSite(request)).toBe(true));

  it.each([
    "Total the invoices by client and by month",
    "Total sales per site",
    "Summarise the site visit report",
    "اجمع الفواتير حسب الموقع",
    "استخرج الخطوات من المستند",
  ])("not: %s", (request) => expect(wantsSite(request)).toBe(false));
});

describe("opening hours", () => {
  it("reads two periods, ranges of days and closed days", () => {
    const days = daysOf("Sat–Thu 9am–1pm and 4–8pm, Friday closed");
    expect(days[SAT]).toBe("9:00 AM – 1:00 PM & 4:00 PM – 8:00 PM");
    expect(days[THU]).toBe(days[SAT]);
    expect(days[FRI]).toBe("Closed");
  });

  it.each([
    ["من السبت إلى الخميس ٩ص - ١م", "9:00 AM – 1:00 PM"],
    ["من السبت لين الخميس من ٨ الصبح لين ١٢ الظهر والجمعة عطلة", "8:00 AM – 12:00 PM"],
    ["أوقات العمل: السبت-الخميس ٩-١ و٤-٨", "9:00 AM – 1:00 PM & 4:00 PM – 8:00 PM"],
    ["daily 6pm-2am", "6:00 PM – 2:00 AM"],
    ["9am–5pm Sunday to Thursday, 10am–2pm Saturday", "10:00 AM – 2:00 PM"],
    ["every day except Friday 10am to 10pm", "10:00 AM – 10:00 PM"],
    ["Sat: 08:00 - 16:00", "8:00 AM – 4:00 PM"],
    ["24/7", "Open 24 hours"],
  ])("%s", (text, saturday) => expect(daysOf(text)[SAT]).toBe(saturday));

  it("says nothing of days that are not named, and reads no hours out of other figures", () => {
    expect(daysOf("Sun-Thu 8:00 to 14:30")[FRI]).toBe("?");
    expect(hoursKnown(readHours("Phone +965 2222 3333, block 4, street 12 to 14, 2-4 people").week)).toBe(false);
    expect(daysOf("Monday and Sunday 9-5")[SUN]).toBe("9:00 AM – 5:00 PM");
  });
});

describe("facts of the request", () => {
  it("takes name, address, phones, e-mail, services and languages as they stand there", () => {
    const brief = readSite(FULL, "en");
    expect(brief).toMatchObject({
      kind: { id: "dental" },
      names: { en: "Al Noor Dental Clinic", ar: "عيادة النور لطب الأسنان" },
      languages: ["en", "ar"],
      email: "info@alnoor.com",
      address: "Salmiya, Block 4, Street 12",
      services: ["teeth cleaning", "whitening", "braces", "dental implants"],
    });
    expect(brief.phones).toEqual([
      { shown: "+965 2222 3333", dial: "+96522223333", whatsapp: false },
      { shown: "+965 9988 7766", dial: "+96599887766", whatsapp: true },
    ]);
    expect(gapsOf(brief)).toEqual([]);
  });

  it.each([
    ["a site for my clinic", null, null],
    ["موقع لعيادة النور مع أوقات العمل", null, "عيادة النور"],
    ["أريد موقعًا لمطعمي اسمه «بيت الدار»", null, "بيت الدار"],
    ["A website for my law office named Al-Rashid & Partners, in English", "Al-Rashid & Partners", null],
    ['web page for my coffee shop "Qahwa 11"', "Qahwa 11", null],
    ["موقع لعيادة أسنان", null, null],
  ])("name: %s", (request, en, ar) => expect(readSite(request, "en").names).toEqual({ en, ar }));

  it.each([
    ["clinic in Arabic and English", ["ar", "en"]],
    ["عيادة عربي وانقليزي", ["ar", "en"]],
    ["باللغة الإنجليزية والعربية", ["en", "ar"]],
    ["a bilingual page", ["en", "ar"]],
    ["a page for my English school", ["en"]],
    ["صفحة لعيادتي", ["ar"]],
  ])("languages: %s", (request, languages) => expect(readSite(request, "en").languages).toEqual(languages));

  it("invents no country code: a number without one has no chat link", () => {
    const html = pageHtml(readSite("site for my shop in English, whatsapp 99887766", "en"));
    expect(html).not.toContain("wa.me");
    expect(html).toContain('href="tel:99887766"');
  });

  it.each([
    ["هاتف ٢٢٢٢٣٣٣٣ واتساب +965 99887766", ["22223333", "+96599887766 chat"]],
    ["WhatsApp 99887766, phone 22223333", ["99887766 chat", "22223333"]],
    ["call +965 22223333 (WhatsApp)", ["+96522223333 chat"]],
    ["00965 1888888", ["+9651888888"]],
    ["invoice 2026-10-05, 12345, price 12.500", []],
  ])("phones: %s", (text, wanted) =>
    expect(readSite(text, "en").phones.map(({ dial, whatsapp }) => (whatsapp ? `${dial} chat` : dial))).toEqual(wanted),
  );

  it("knows kinds of business by the first that is named", () => {
    expect(readSite("موقع لمطعمي فيه الحلويات", "ar").kind.id).toBe("restaurant");
    expect(readSite("a site for our school near the clinic", "en").kind.id).toBe("school");
    expect(readSite("a site for my thing", "en").kind.id).toBe("business");
  });
});

describe("the page", () => {
  it.each([
    FULL,
    "a one-page site for my clinic with opening hours and a contact section, in Arabic and English",
    "أريد موقعًا إلكترونيًا لمطعمي اسمه «بيت الدار» وخدماتنا: المشاوي، الحلويات والتوصيل. يوميا من 12 ظهرا حتى 12 ليلا",
    "A website for my gym, open 24/7, classes: yoga, pilates. About us: We train in small groups. bilingual",
  ])("passes its author's and its reviewer's checks: %s", async (request) => {
    const { problems } = await checked(request);
    expect(problems).toEqual([]);
  });

  it("has both languages with their own direction and a switch that needs no script", async () => {
    const { html, brief } = await checked(FULL);
    expect(html).toContain('<html lang="en" dir="ltr">');
    expect(html).toContain('<div class="side l-ar" id="ar" lang="ar" dir="rtl">');
    expect(html).toContain('class="switch" href="#ar" lang="ar"');
    expect(textOf(html)).toContain("تنظيف الأسنان");
    expect(textOf(html)).toContain("السالمية، قطعة 4، شارع 12");
    expect(textOf(html)).toContain("9:00 ص – 1:00 م");
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(titleOf(brief)).toBe("Al Noor Dental Clinic · عيادة النور لطب الأسنان");
  });

  it("marks what is not known and invents nothing", async () => {
    const { html, brief } = await checked("a one-page site for my clinic in English");
    expect(gapsOf(brief)).toEqual(["name", "hours", "phone", "address", "email"]);
    expect(html.match(/class="gap"/g)?.length).toBe(11);
    expect(html).not.toMatch(/tel:|mailto:|maps|wa\.me|ld\+json|\d{4} \d{4}/);
  });

  it("keeps facts what they are: markup, steering marks and long names stay text", async () => {
    const name = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202egnp';
    const { html, problems } = await checked(
      `Site for my shop called “${name}” in Arabic and English. Address: javascript:alert(3)</title><b>, email a@b.co, services: <svg onload=alert(4)>, \`x\` and ${"y".repeat(50)}`,
    );
    expect(problems).toEqual([]);
    expect(html).not.toMatch(/<img|<script(?! type="application\/ld\+json")|<b>|<svg onload|href="javascript/i);
    expect(html).not.toContain("\u202e");
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    const long = await checked(`Site for my shop called "${"A long name ".repeat(420)}" in English and Arabic`);
    expect(long.problems).toEqual([]);
    expect([...(long.brief.names.en ?? "")].length).toBeLessThanOrEqual(80);
  });

  it.each(["#ffffff", "#ffff00", "#000000", "#0f766e", findColour("in light blue") ?? ""])(
    "U2 text has contrast whatever colour was asked for: %s",
    (colour) => {
      const { accent, deep, tint } = paletteOf(colour);
      for (const [one, two] of [
        [accent, "#ffffff"],
        [accent, tint],
        [deep, "#ffffff"],
        ["#17202c", tint],
        ["#475264", tint],
      ] as const)
        expect(contrast(one, two)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("NFR-P2.1 fits one answer, also with all that fits on it", () => {
    const services = Array.from({ length: 12 }, (_, at) => `خدمة طويلة الاسم جدًا رقم ${at} ${"س".repeat(30)}`);
    const brief = readSite(`${FULL} خدماتنا: ${services.join("، ")}\nAbout us: ${"نص ".repeat(200)}`, "en");
    expect(countTokens(JSON.stringify({ content: pageHtml(brief) }))).toBeLessThan(7_600);
    expect(countTokens(JSON.stringify({ content: pageCss(brief) }))).toBeLessThan(4_000);
  });
});

describe("what was said after the request (FR-3.4)", () => {
  const hoursIn = (first: string, ...later: string[]) =>
    readSiteSince(first, later, "en").week.map((day) => dayHours(day, "en")?.join(" & ") ?? "?");
  const CLINIC = "a one-page site for my clinic with opening hours, in Arabic and English";

  it.each([
    [CLINIC, "change the opening hours to 8–4"],
    ["أريد موقعاً من صفحة واحدة لعيادتي مع أوقات الدوام، بالعربية والإنجليزية", "غيّر أوقات الدوام إلى ٨–٤"],
    [CLINIC, "الدوام من 8 إلى 4"],
  ])("bare figures beside a word for hours are hours, of every day where none is known: %s; %s", (first, change) => {
    expect(new Set(hoursIn(first, change))).toEqual(new Set(["8:00 AM – 4:00 PM"]));
    expect(readSiteSince(first, [change], "en").everyDay).toBe(true);
  });

  it.each(["change the opening hours to 8–4, Friday closed", "غيّر أوقات الدوام إلى ٨–٤ والجمعة مغلق"])(
    "a closed day behind hours is closed, and the hours are those of the others: %s",
    (change) => {
      const days = hoursIn(CLINIC, change);
      expect(days[SAT]).toBe("8:00 AM – 4:00 PM");
      expect(days[THU]).toBe("8:00 AM – 4:00 PM");
      expect(days[FRI]).toBe("Closed");
    },
  );

  it("hours without days are those of the open days; days that are named change alone", () => {
    const first = `${CLINIC}. Sat–Thu 9am–1pm and 4–8pm, Friday closed`;
    const days = hoursIn(first, "change the hours to 8–4", "Thursday 9am–12pm");
    expect(days[SAT]).toBe("8:00 AM – 4:00 PM");
    expect(days[THU]).toBe("9:00 AM – 12:00 PM");
    expect(days[FRI]).toBe("Closed");
  });

  it("the later word counts, what it does not speak of stays, and what is added is added", () => {
    const brief = readSiteSince(
      `${CLINIC}, phone 22223333`,
      ["The clinic is called Noor Clinic", "add a second phone 99887766, dark green please"],
      "en",
    );
    expect(brief).toMatchObject({ names: { en: "Noor Clinic" }, languages: ["ar", "en"], unread: [] });
    expect(brief.phones.map((one) => one.shown)).toEqual(["2222 3333", "9988 7766"]);
    expect(brief.colour).not.toBe(brief.kind.colour);
    expect(readSiteSince(CLINIC, ["اسم العيادة عيادة النور والهاتف 22223333"], "ar").names.ar).toBe("عيادة النور");
    expect(readSiteSince(CLINIC, ["only in English"], "en").languages).toEqual(["en"]);
  });

  it("names what nothing was understood of, and changes nothing for it", () => {
    const brief = readSiteSince(CLINIC, ["make it more modern"], "en");
    expect(brief).toEqual({ ...readSite(CLINIC, "en"), unread: ["make it more modern"] });
  });

  it("figures that are no hours stay none", () => {
    expect(hoursKnown(readSite(`${CLINIC}. We are 2-3 doctors`, "en").week)).toBe(false);
  });
});
