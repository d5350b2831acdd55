/** What a host says that has no page to show: neutral, in both languages, nothing of the app and nothing of the site. */
const TEXTS = {
  404: {
    en: ["This page does not exist", "Check the address, or ask whoever sent it to you."],
    ar: ["هذه الصفحة غير موجودة", "تأكد من العنوان أو اسأل من أرسله إليك."],
  },
  405: {
    en: ["This page can only be read", "Nothing can be sent to it."],
    ar: ["هذه الصفحة للقراءة فقط", "لا يمكن إرسال أي شيء إليها."],
  },
  410: {
    en: ["This page was taken down", "Its owner no longer publishes it."],
    ar: ["أُزيلت هذه الصفحة", "لم يعد صاحبها ينشرها."],
  },
  503: {
    en: ["This page cannot be shown right now", "Please try again in a moment."],
    ar: ["لا يمكن عرض هذه الصفحة الآن", "حاول مرة أخرى بعد لحظات."],
  },
} as const;

export type OwnStatus = keyof typeof TEXTS;

const STYLE =
  "body{font-family:system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-content:center;gap:2rem;padding:1.5rem;text-align:center;color:#222;background:#fafafa}h1,h2{font-size:1.25rem;margin:0 0 .5rem}p{margin:0;color:#555}@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}p{color:#aaa}}";

export function ownPage(status: OwnStatus): string {
  const { en, ar } = TEXTS[status];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${en[0]} · ${ar[0]}</title><style>${STYLE}</style></head><body><main><h1>${en[0]}</h1><p>${en[1]}</p></main><section lang="ar" dir="rtl"><h2>${ar[0]}</h2><p>${ar[1]}</p></section></body></html>`;
}
