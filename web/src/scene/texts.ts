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
      pending: "To do",
      running: "Working",
      debugging: "Trying again",
      reviewing: "Being checked",
      waiting: "Waiting for you",
      success: "Done",
      warning: "Done, with a remark",
      error: "Failed",
      skipped: "Left out",
    },
    stages: {
      planning: "Planning",
      orchestrating: "Orchestrating",
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
      pending: "لم يبدأ",
      running: "قيد العمل",
      debugging: "محاولة جديدة",
      reviewing: "قيد المراجعة",
      waiting: "بانتظارك",
      success: "تم",
      warning: "تم مع ملاحظة",
      error: "لم ينجح",
      skipped: "تم تجاوزه",
    },
    stages: {
      planning: "التخطيط",
      orchestrating: "التنسيق",
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
