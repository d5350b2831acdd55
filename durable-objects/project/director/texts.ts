/** The few sentences the Director's host adds itself, when the model gave none. */
export const DIRECTOR_TEXTS = {
  en: {
    proposal: "Here is the plan I propose, with its price. Nothing is spent before you approve it.",
    table: "This is what I read. Please check every value before we use it.",
  },
  ar: {
    proposal: "هذه الخطة التي أقترحها مع سعرها. لن يُصرف شيء قبل موافقتك.",
    table: "هذا ما قرأته. راجع كل قيمة من فضلك قبل أن نستخدمه.",
  },
} as const;
