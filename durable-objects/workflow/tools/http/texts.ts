import type { FlatProblem } from "./flat.ts";
import type { PathProblem } from "./path.ts";

/** Every sentence of the tool, for the person (or the model) who gave the input. */
export interface Texts {
  readonly unknownService: (known: string) => string;
  readonly method: string;
  readonly unknownField: (name: string) => string;
  readonly notReadByForm: string;
  readonly path: Readonly<Record<PathProblem, string>>;
  readonly query: string;
  readonly bodyOfRead: string;
  readonly body: Readonly<Record<FlatProblem | "long", string>>;
  readonly referenceTaken: string;
  readonly notAllowed: (what: string, allowed: string) => string;
  readonly summary: Readonly<
    Record<"POST" | "PUT" | "PATCH" | "DELETE" | "GET", (service: string, what: string) => string>
  >;
  readonly answered: (service: string, status: number) => string;
  readonly rehearsedOnly: (service: string) => string;
  readonly notReached: (service: string) => string;
  readonly lost: Readonly<Record<"timeout" | "cut" | "stopped", (service: string) => string>>;
  readonly failing: (service: string, status: number) => string;
  readonly unreadable: (service: string, status: number) => string;
  readonly moved: (service: string, status: number) => string;
  readonly slow: (service: string, seconds: number) => string;
  readonly gone: (service: string) => string;
  readonly foundAgain: (service: string) => string;
  readonly takenBack: (service: string) => string;
}

const EN: Texts = {
  unknownService: (known) => `There is no such service. Services: ${known || "none"}.`,
  method: "method must be GET, POST, PUT, PATCH or DELETE.",
  unknownField: (name) =>
    `There is no field "${name}". Fields of the body start with "body.", of the query with "query.".`,
  notReadByForm: "A write stays a write: GET cannot be chosen here.",
  path: {
    start: 'path must begin with "/": it is a path at the service, never a whole address.',
    long: "path is too long.",
    query: 'path must not hold "?" or "#": values after "?" go into the field query.',
    characters: "path holds characters that an address cannot hold; encode them (%20 for a space).",
    hidden: "path holds an encoded character that must not be hidden there (a slash, a dot, a control character).",
    dots: 'path must not hold "." or ".." as a part.',
    empty: 'path must not hold "//".',
  },
  query: "query must be an object of short texts, numbers or true/false.",
  bodyOfRead: "GET sends no body; put what is asked into query.",
  body: {
    shape: "body must be a JSON object or list.",
    deep: "body is nested too deeply (8 levels at most).",
    many: "body holds too many values (200 at most).",
    name: "body holds a name of a field that is not allowed.",
    long: "body is too long (32 KB at most).",
  },
  referenceTaken: 'The field "reference" of the body is filled in by Nexus; leave it out.',
  notAllowed: (what, allowed) => `${what} is not allowed at this service. Allowed: ${allowed}.`,
  summary: {
    POST: (service, what) => `Send to ${service}: ${what}`,
    PUT: (service, what) => `Set at ${service}: ${what}`,
    PATCH: (service, what) => `Change at ${service}: ${what}`,
    DELETE: (service, what) => `Delete at ${service}: ${what}`,
    GET: (service, what) => `Look up at ${service}: ${what}`,
  },
  answered: (service, status) => `${service} answered ${status}.`,
  rehearsedOnly: (service) => `${service} has no credentials here: nothing can be sent to it or read from it.`,
  notReached: (service) => `${service} could not be reached; nothing was sent.`,
  lost: {
    timeout: (service) => `${service} did not answer within 30 seconds.`,
    cut: (service) => `The connection to ${service} broke before its answer came.`,
    stopped: (service) => `The call to ${service} was stopped before its answer came.`,
  },
  failing: (service, status) => `${service} answered with an error of its own (${status}).`,
  unreadable: (service, status) => `${service} answered ${status} with something that cannot be read.`,
  moved: (service, status) => `${service} pointed to another address (${status}); it was not followed.`,
  slow: (service, seconds) => `${service} asks to wait ${seconds} seconds before the next request.`,
  gone: (service) => `${service} has no such record (any more).`,
  foundAgain: (service) => `${service} has it: it was found by its reference.`,
  takenBack: (service) => `Taken back at ${service}.`,
};

const AR: Texts = {
  unknownService: (known) => `لا توجد خدمة بهذا الاسم. الخدمات: ${known || "لا شيء"}.`,
  method: "يجب أن تكون الطريقة (method) إحدى: GET أو POST أو PUT أو PATCH أو DELETE.",
  unknownField: (name) => `لا يوجد حقل «${name}». حقول المحتوى تبدأ بـ body. وحقول الاستعلام بـ query.`,
  notReadByForm: "الكتابة تبقى كتابة: لا يمكن اختيار GET هنا.",
  path: {
    start: "يجب أن يبدأ المسار (path) بعلامة / وهو مسار داخل الخدمة وليس عنوانًا كاملًا.",
    long: "المسار (path) طويل جدًا.",
    query: "لا يحتوي المسار (path) على ؟ أو #: القيم بعدهما توضع في الحقل query.",
    characters: "في المسار (path) رموز لا يقبلها العنوان؛ رمّزها (‎%20 للمسافة).",
    hidden: "في المسار (path) رمز مخفي غير مسموح (شرطة مائلة أو نقطة أو رمز تحكم).",
    dots: "لا يحتوي المسار (path) على «.» أو «..» كجزء منه.",
    empty: "لا يحتوي المسار (path) على //.",
  },
  query: "يجب أن يكون query مجموعة من نصوص قصيرة أو أرقام أو صح/خطأ.",
  bodyOfRead: "طلب GET لا يرسل محتوى؛ ضع المطلوب في query.",
  body: {
    shape: "يجب أن يكون المحتوى (body) كائنًا أو قائمة بصيغة JSON.",
    deep: "المحتوى (body) متداخل كثيرًا (8 مستويات على الأكثر).",
    many: "في المحتوى (body) قيم كثيرة (200 على الأكثر).",
    name: "في المحتوى (body) اسم حقل غير مسموح.",
    long: "المحتوى (body) طويل جدًا (32 كيلوبايت على الأكثر).",
  },
  referenceTaken: "الحقل reference في المحتوى يملؤه نكسس بنفسه؛ اتركه.",
  notAllowed: (what, allowed) => `${what} غير مسموح في هذه الخدمة. المسموح: ${allowed}.`,
  summary: {
    POST: (service, what) => `إرسال إلى ${service}: ${what}`,
    PUT: (service, what) => `ضبط في ${service}: ${what}`,
    PATCH: (service, what) => `تعديل في ${service}: ${what}`,
    DELETE: (service, what) => `حذف من ${service}: ${what}`,
    GET: (service, what) => `استعلام من ${service}: ${what}`,
  },
  answered: (service, status) => `أجابت ${service} بالرمز ${status}.`,
  rehearsedOnly: (service) => `لا توجد بيانات دخول إلى ${service} هنا: لا يمكن الإرسال إليها ولا القراءة منها.`,
  notReached: (service) => `تعذّر الوصول إلى ${service}؛ لم يُرسل شيء.`,
  lost: {
    timeout: (service) => `لم تُجب ${service} خلال 30 ثانية.`,
    cut: (service) => `انقطع الاتصال مع ${service} قبل وصول الجواب.`,
    stopped: (service) => `أُوقف الاتصال مع ${service} قبل وصول الجواب.`,
  },
  failing: (service, status) => `أجابت ${service} بخطأ من عندها (${status}).`,
  unreadable: (service, status) => `أجابت ${service} بالرمز ${status} وبمحتوى لا يمكن قراءته.`,
  moved: (service, status) => `أحالت ${service} إلى عنوان آخر (${status})؛ ولم نتبعه.`,
  slow: (service, seconds) => `تطلب ${service} الانتظار ${seconds} ثانية قبل الطلب التالي.`,
  gone: (service) => `لا يوجد هذا السجل لدى ${service} (أو لم يعد موجودًا).`,
  foundAgain: (service) => `السجل موجود لدى ${service}: عُثر عليه برقمه المرجعي.`,
  takenBack: (service) => `تم التراجع عنه لدى ${service}.`,
};

export const textsFor = (locale: "en" | "ar"): Texts => (locale === "ar" ? AR : EN);
