const MAX_MESSAGE = 300;
const MAX_FRAMES = 8;

/**
 * What an unexpected error may say in the log: its kind, its message without anything that could be a value, and where
 * it happened. Database errors repeat their parameters, and those are people's data.
 */
export function redact(error: Error): { error: string; message: string; stack: string } {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s*at /.test(line));
  return {
    error: error.name.slice(0, 80),
    message: redactText(error.message),
    stack: frames
      .slice(0, MAX_FRAMES)
      .map((line) => line.trim())
      .join(" | "),
  };
}

export function redactText(text: string): string {
  return text
    .replace(/(params?|values?)\s*:[\s\S]*$/i, "$1: [redacted]")
    .replace(/(["'`])(?:(?!\1)[^\\]|\\.){1,}\1/g, "$1…$1")
    .replace(/[^\s@"']+@[^\s@"']+\.[^\s@"']+/g, "[address]")
    .replace(/\b(?=[A-Za-z0-9+/_-]*\d)[A-Za-z0-9+/_-]{20,}={0,2}/g, "[secret]")
    .slice(0, MAX_MESSAGE);
}
