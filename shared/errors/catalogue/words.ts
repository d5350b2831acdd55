/** Words of ours that fill a problem's text, English and Arabic: statuses of a workflow, roles of a member, how a request ended. */
export const WORDS: Readonly<Record<string, readonly [en: string, ar: string]>> = {
  planning: ["being planned", "قيد التخطيط"],
  pending_approval: ["waiting for approval", "بانتظار الاعتماد"],
  orchestrating: ["being prepared", "قيد التحضير"],
  building: ["running", "قيد التنفيذ"],
  reviewing: ["being reviewed", "قيد المراجعة"],
  paused: ["paused", "متوقف مؤقتًا"],
  completed: ["completed", "مكتمل"],
  failed: ["ended with an error", "انتهى بخطأ"],
  cancelled: ["cancelled", "ملغى"],
  owner: ["owner", "مالك"],
  collaborator: ["team member", "عضو فريق"],
  viewer: ["viewer", "مشاهد"],
  answered: ["somebody answered it", "أجاب عنه شخص آخر"],
  approved: ["somebody approved it", "وافق عليه شخص آخر"],
  rejected: ["somebody declined it", "رفضه شخص آخر"],
  expired: ["its time had run out", "انتهت مهلته"],
  void: ["it is no longer needed", "لم يعد لازمًا"],
};
/** Parameters that hold such a word; all others are data and stay as they are. */
export const WORD_PARAMS: ReadonlySet<string> = new Set(["status", "role", "decision"]);
