import type { Stage } from "../../../shared/workflow/plan.ts";
import type { SceneData } from "../stores/scene-store.ts";
import type { Look } from "./palette.ts";

interface Texts {
  readonly looks: Readonly<Record<Look, string>>;
  readonly stages: Readonly<Record<Stage, string>>;
  readonly map: string;
  readonly office: string;
  readonly help: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly lost: string;
  /** Where the keyboard stands. */
  readonly at: (label: string, agent: string, look: string, position: number, count: number) => string;
}

/** Words drawn on the canvas or said about it; part of the scene's own chunk. */
export const TEXTS: Readonly<Record<SceneData["locale"], Texts>> = {
  en: {
    looks: {
      pending: "Not started",
      running: "Working",
      debugging: "Repairing",
      reviewing: "Being checked",
      waiting: "Waits for you",
      success: "Done",
      warning: "Done, with a note",
      error: "Needs you",
      skipped: "Skipped",
    },
    stages: {
      planning: "Planning",
      orchestrating: "Getting ready",
      building: "Building",
      reviewing: "Reviewing",
      completed: "Completed",
    },
    map: "Map of the steps",
    office: "Office of the agents",
    help: "Arrow keys follow the links between steps, Enter opens a step, Escape lets go, plus and minus zoom, 0 shows everything.",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    fit: "Show everything",
    lost: "The picture is being restored.",
    at: (label, agent, look, position, count) => `${label}. ${agent}. ${look}. Step ${position} of ${count}.`,
  },
  ar: {
    looks: {
      pending: "لم تبدأ",
      running: "قيد العمل",
      debugging: "قيد الإصلاح",
      reviewing: "قيد الفحص",
      waiting: "بانتظارك",
      success: "تمت",
      warning: "تمت مع ملاحظة",
      error: "تحتاج إليك",
      skipped: "تُركت",
    },
    stages: {
      planning: "التخطيط",
      orchestrating: "التجهيز",
      building: "التنفيذ",
      reviewing: "المراجعة",
      completed: "الاكتمال",
    },
    map: "خريطة الخطوات",
    office: "مكتب الوكلاء",
    help: "الأسهم تتبع الروابط بين الخطوات، وEnter يفتح الخطوة، وEscape يتركها، وزائد وناقص للتكبير والتصغير، و0 لعرض الكل.",
    zoomIn: "تكبير",
    zoomOut: "تصغير",
    fit: "عرض الكل",
    lost: "يجري استرجاع الصورة.",
    at: (label, agent, look, position, count) => `${label}. ${agent}. ${look}. الخطوة ${position} من ${count}.`,
  },
};
