import { type FolderProblem, MAX_SITE_BYTES, MAX_SITE_FILES } from "./folder.ts";

/** Sizes as people read them, "1.4 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const list = (names: readonly string[]): string => names.map((name) => (name === "" ? "/" : name)).join(", ");
const MAX_MB = MAX_SITE_BYTES / 1024 / 1024;

interface Texts {
  readonly folder: (problem: FolderProblem) => string;
  readonly title: string;
  readonly shape: string;
  /** The files are others than those that were shown. */
  readonly changed: string;
  readonly summary: (title: string, files: number, size: string) => string;
  readonly live: (version: number, files: number, size: string) => string;
  readonly liveAgain: (version: number) => string;
  readonly unchanged: (version: number) => string;
  readonly undone: { readonly back: (version: number) => string; readonly down: string; readonly later: string };
}

const EN: Texts = {
  folder(problem) {
    switch (problem.code) {
      case "no_page":
        return "There is no index.html among the results. Write the page first, for example site/index.html.";
      case "choose":
        return `There are several pages; name the folder: ${list(problem.folders)}.`;
      case "no_folder":
        return `There are no results in the folder "${problem.folder}".`;
      case "no_entry":
        return `The folder has no file "${problem.entry}".`;
      case "entry_type":
        return "entry must be an HTML file of the folder.";
      case "many":
        return `The folder has ${problem.count} files; a site has at most ${MAX_SITE_FILES}.`;
      case "large":
        return `The folder has ${sizeText(problem.bytes)}; a site has at most ${MAX_MB} MB.`;
      case "name":
        return `This file name cannot stand in an address: "${problem.name}". Rename it.`;
    }
  },
  title: "title must be a name of 1 to 120 characters.",
  shape: "folder, entry and title must be texts.",
  changed:
    "The files are not the ones that were shown: only the title can be edited here. Decline, and the step asks anew with the files as they are.",
  summary: (title, files, size) =>
    `Publish the site “${title}” for everybody who has its address (${files} files, ${size})`,
  live: (version, files, size) => `Version ${version} is live: ${files} files, ${size}.`,
  liveAgain: (version) => `Version ${version} is live.`,
  unchanged: (version) => `These very files are live already, as version ${version}: nothing was changed.`,
  undone: {
    back: (version) => `Version ${version}, which was live before, is live again.`,
    down: "The site was taken down: its address now says so. All versions are kept.",
    later: "Another version is live by now, so nothing was changed.",
  },
};

const AR: Texts = {
  folder(problem) {
    switch (problem.code) {
      case "no_page":
        return "لا يوجد ملف index.html بين النتائج. اكتب الصفحة أولًا، مثل site/index.html.";
      case "choose":
        return `توجد عدة صفحات؛ حدّد المجلد: ${list(problem.folders)}.`;
      case "no_folder":
        return `لا توجد نتائج في المجلد «${problem.folder}».`;
      case "no_entry":
        return `لا يوجد ملف «${problem.entry}» في المجلد.`;
      case "entry_type":
        return "يجب أن يكون entry ملف HTML من المجلد.";
      case "many":
        return `في المجلد ${problem.count} ملفًا؛ والحد الأقصى للموقع ${MAX_SITE_FILES}.`;
      case "large":
        return `حجم المجلد ${sizeText(problem.bytes)}؛ والحد الأقصى للموقع ${MAX_MB} ميغابايت.`;
      case "name":
        return `اسم الملف لا يصلح في عنوان: «${problem.name}». غيّر اسمه.`;
    }
  },
  title: "يجب أن يكون العنوان (title) من 1 إلى 120 حرفًا.",
  shape: "يجب أن تكون folder وentry وtitle نصوصًا.",
  changed:
    "الملفات ليست هي التي عُرضت: لا يمكن هنا إلا تعديل العنوان. ارفض الطلب وستسأل الخطوة من جديد بالملفات الحالية.",
  summary: (title, files, size) => `نشر الموقع «${title}» لكل من لديه عنوانه (عدد الملفات ${files}، ${size})`,
  live: (version, files, size) => `الإصدار ${version} منشور الآن: عدد الملفات ${files}، ${size}.`,
  liveAgain: (version) => `الإصدار ${version} منشور الآن.`,
  unchanged: (version) => `هذه الملفات نفسها منشورة أصلًا بوصفها الإصدار ${version}: لم يتغير شيء.`,
  undone: {
    back: (version) => `عاد الإصدار ${version} الذي كان منشورًا من قبل.`,
    down: "أُزيل الموقع: عنوانه يقول ذلك الآن. وكل الإصدارات محفوظة.",
    later: "هناك إصدار آخر منشور الآن، فلم يتغير شيء.",
  },
};

export const textsFor = (locale: "en" | "ar"): Texts => (locale === "ar" ? AR : EN);
