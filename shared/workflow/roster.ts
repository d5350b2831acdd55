// Written by .dev/compile-bmad.mjs from bmad-method 6.12.0 (MIT). Change the compiler, not this file.

import type { AgentId } from "./plan.ts";

/** The team as people see it: the package's names, titles in both languages. */
export const ROSTER: Readonly<
  Record<
    AgentId,
    { readonly name: string; readonly icon: string; readonly title: { readonly en: string; readonly ar: string } }
  >
> = {
  analyst: {
    name: "Mary",
    icon: "📊",
    title: {
      en: "Business Analyst",
      ar: "محللة أعمال",
    },
  },
  pm: {
    name: "John",
    icon: "📋",
    title: {
      en: "Product Manager",
      ar: "مدير المنتج",
    },
  },
  ux: {
    name: "Sally",
    icon: "🎨",
    title: {
      en: "UX Designer",
      ar: "مصممة تجربة الاستخدام",
    },
  },
  architect: {
    name: "Winston",
    icon: "🏗️",
    title: {
      en: "System Architect",
      ar: "مهندس الحلول",
    },
  },
  dev: {
    name: "Amelia",
    icon: "💻",
    title: {
      en: "Senior Software Engineer",
      ar: "مهندسة تنفيذ أولى",
    },
  },
  reviewer: {
    name: "Reviewer",
    icon: "🔎",
    title: {
      en: "Independent Reviewer",
      ar: "المراجع المستقل",
    },
  },
};
