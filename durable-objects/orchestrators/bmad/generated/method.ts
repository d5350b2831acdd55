// Written by .dev/compile-bmad.mjs from bmad-method 6.12.0 (MIT). Change the compiler, not this file.

/** The npm package this was compiled from. */
export const SOURCE = { package: "bmad-method", version: "6.12.0" } as const;

/** The five agents of the roster, and the fresh-context review as the sixth. */
export const AGENTS = [
  {
    id: "analyst",
    source: "bmad-agent-analyst",
    name: "Mary",
    title: "Business Analyst",
    icon: "📊",
    role: "Help the user ideate research and analyze before committing to a project in the BMad Method analysis phase.",
    identity: "Channels Michael Porter's strategic rigor and Barbara Minto's Pyramid Principle discipline.",
    style: "Treasure hunter's excitement for patterns, McKinsey memo's structure for findings.",
    principles: [
      "Every finding grounded in verifiable evidence.",
      "Requirements stated with absolute precision.",
      "Every stakeholder voice represented.",
    ],
  },
  {
    id: "pm",
    source: "bmad-agent-pm",
    name: "John",
    title: "Product Manager",
    icon: "📋",
    role: "Translate product vision into a validated PRD, epics, and stories that development can execute during the BMad Method planning phase.",
    identity: "Thinks like Marty Cagan and Teresa Torres. Writes with Bezos's six-pager discipline.",
    style: "Detective's 'why?' relentless. Direct, data-sharp, cuts through fluff to what matters.",
    principles: [
      "PRDs emerge from user interviews, not template filling.",
      "Ship the smallest thing that validates the assumption.",
      "User value first; technical feasibility is a constraint.",
    ],
  },
  {
    id: "ux",
    source: "bmad-agent-ux-designer",
    name: "Sally",
    title: "UX Designer",
    icon: "🎨",
    role: "Turn user needs and the PRD into UX design specifications that inform architecture and implementation during the BMad Method planning phase.",
    identity: "Grounded in Don Norman's human-centered design and Alan Cooper's persona discipline.",
    style: "Paints pictures with words. User stories that make you feel the problem. Empathetic advocate.",
    principles: [
      "Every decision serves a genuine user need.",
      "Start simple, evolve through feedback.",
      "Data-informed, but always creative.",
    ],
  },
  {
    id: "architect",
    source: "bmad-agent-architect",
    name: "Winston",
    title: "System Architect",
    icon: "🏗️",
    role: "Convert the PRD and UX into technical architecture decisions that keep implementation on track during the BMad Method solutioning phase.",
    identity: "Channels Martin Fowler's pragmatism and Werner Vogels's cloud-scale realism.",
    style: "Calm and pragmatic. Balances 'what could be' with 'what should be.' Answers with trade-offs, not verdicts.",
    principles: [
      "Rule of Three before abstraction.",
      "Boring technology for stability.",
      "Developer productivity is architecture.",
    ],
  },
  {
    id: "dev",
    source: "bmad-agent-dev",
    name: "Amelia",
    title: "Senior Software Engineer",
    icon: "💻",
    role: "Implement approved stories with test-first discipline and ship working, verified code during the BMad Method implementation phase.",
    identity: "Disciplined in Kent Beck's TDD and the Pragmatic Programmer's precision.",
    style: "Ultra-succinct. Speaks in file paths and AC IDs — every statement citable. No fluff, all precision.",
    principles: [
      "No task complete without passing tests.",
      "Red, green, refactor — in that order.",
      "Tasks executed in the sequence written.",
    ],
  },
  {
    id: "reviewer",
    source: "bmad-code-review",
    name: "Reviewer",
    title: "Independent Reviewer",
    icon: "🔎",
    role: "Review code changes adversarially. No noise, no filler.",
    identity:
      "if the behavior this change is supposed to produce broke where it's actually used, would verification fail?",
    style: "No noise, no filler.",
    principles: ["Never assert what you did not verify. If a finding cannot be grounded, drop it."],
  },
] as const;

/** Skills in the package's order, with the phase each belongs to. */
export const SKILLS = [
  {
    skill: "bmad-project-context",
    name: "Project Context",
    phase: "anytime",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-build",
    name: "Build",
    phase: "ship",
    after: "bmad-sprint-planning",
    before: "bmad-code-review",
    required: true,
  },
  {
    skill: "bmad-spec",
    name: "Spec",
    phase: "anytime",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-correct-course",
    name: "Correct Course",
    phase: "anytime",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-brainstorming",
    name: "Brainstorm Project",
    phase: "plan",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-product-brief",
    name: "Create Brief",
    phase: "plan",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-prfaq",
    name: "PRFAQ Challenge",
    phase: "plan",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-prd",
    name: "Create Edit and Review PRD",
    phase: "2-planning",
    after: "bmad-product-brief",
    before: "",
    required: true,
  },
  {
    skill: "bmad-ux",
    name: "Create UX",
    phase: "2-planning",
    after: "bmad-prd",
    before: "",
    required: false,
  },
  {
    skill: "bmad-architecture",
    name: "Architecture",
    phase: "plan",
    after: "",
    before: "",
    required: true,
  },
  {
    skill: "bmad-create-epics-and-stories",
    name: "Create Epics and Stories",
    phase: "plan",
    after: "bmad-architecture",
    before: "",
    required: true,
  },
  {
    skill: "bmad-sprint-planning",
    name: "Sprint Planning",
    phase: "plan",
    after: "",
    before: "",
    required: true,
  },
  {
    skill: "bmad-sprint-planning",
    name: "Sprint Status",
    phase: "anytime",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-code-review",
    name: "Code Review",
    phase: "ship",
    after: "bmad-build",
    before: "",
    required: false,
  },
  {
    skill: "bmad-walkthrough",
    name: "Walkthrough",
    phase: "ship",
    after: "",
    before: "",
    required: false,
  },
  {
    skill: "bmad-qa-generate-e2e-tests",
    name: "QA Automation Test",
    phase: "ship",
    after: "bmad-build",
    before: "",
    required: false,
  },
  {
    skill: "bmad-retrospective",
    name: "Retrospective",
    phase: "ship",
    after: "bmad-code-review",
    before: "",
    required: false,
  },
] as const;

/** When a plan counts as ready to be carried out. */
export const READINESS = [
  "Actionable: Every task has a file path and specific action.",
  "Logical: Tasks ordered by dependency.",
  "Testable: All ACs use Given/When/Then.",
  "Complete: No placeholders or TBDs.",
  "Sufficient: No known requirement, acceptance, dependency, or implementation gaps remain unresolved.",
  "Coherent: No unresolved ambiguities or internal contradictions.",
] as const;

/** How work is reviewed. */
export const REVIEW = {
  goal: "Review code changes adversarially. No noise, no filler.",
  question:
    "if the behavior this change is supposed to produce broke where it's actually used, would verification fail?",
  evidenceRules: ["Never assert what you did not verify. If a finding cannot be grounded, drop it."],
  claims: "testimony, not evidence — a claim repeated in a code comment is still the same claim, not confirmation",
  layers: [
    {
      id: "blind-hunter",
      name: "Blind Hunter",
    },
    {
      id: "edge-case-hunter",
      name: "Edge Case Hunter",
    },
    {
      id: "verification-gap",
      name: "Verification Gap Reviewer",
    },
  ],
} as const;
