import type { Block } from "../../../shared/workflow/content.ts";
import type { PlannedStep } from "./planning.ts";
import type { Call, Prompt } from "./prompt.ts";
import { say } from "./prompt.ts";

export const hasDocuments = (prompt: Prompt): boolean => prompt.files.some((file) => file.textPath !== null);
export function documentSteps(_prompt: Prompt): PlannedStep[] {
  return [];
}
export function documentStep(_prompt: Prompt, _calls: readonly Call[]): Block[] {
  return [say("")];
}
export function checkDocument(_work: unknown, _prompt: Prompt): string { return ""; }
export const documentChoices = (lang: "en" | "ar"): string[] => lang === "ar" ? ["استخرج الخطوات", "استخرج الأشخاص والتواريخ والمبالغ", "اكتب رسالة ملخص"] : ["Extract the steps", "Extract people, dates and amounts", "Draft a summary message"];
export const wantsFromDocument = (_text: string): boolean => true;
