import type { Lang } from "../spec.ts";

/** The page's own words: none of them states anything about the business. */
const WORDS = {
  skip: ["Skip to the content", "انتقل إلى المحتوى"],
  sections: ["Sections", "أقسام الصفحة"],
  hours: ["Opening hours", "أوقات العمل"],
  contact: ["Contact", "التواصل"],
  about: ["About us", "من نحن"],
  day: ["Day", "اليوم"],
  everyDay: ["Every day", "كل يوم"],
  open: ["Open", "الوقت"],
  phone: ["Phone", "الهاتف"],
  whatsapp: ["WhatsApp", "واتساب"],
  email: ["Email", "البريد الإلكتروني"],
  address: ["Address", "العنوان"],
  instagram: ["Instagram", "إنستغرام"],
  map: ["Open in maps", "افتح في الخرائط"],
  call: ["Call us", "اتصل بنا"],
  chat: ["Message on WhatsApp", "راسلنا على واتساب"],
  seeHours: ["See opening hours", "أوقات العمل"],
  reach: ["How to reach us", "كيف تصل إلينا"],
  glance: ["At a glance", "باختصار"],
  gap: ["To be added", "يُضاف لاحقًا"],
  gapNote: ["Details marked “To be added” are not known yet.", "البيانات المكتوب بجانبها «يُضاف لاحقًا» غير معروفة بعد."],
  nameGap: ["Name", "الاسم"],
  welcome: ["Welcome to", "أهلًا بكم في"],
  other: ["العربية", "English"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;
export const word = (name: Word, lang: Lang): string => WORDS[name][lang === "ar" ? 1 : 0];
