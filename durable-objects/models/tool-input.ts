import { z } from "zod";
import { err, ok, type Result } from "../../shared/lib/result.ts";

const Input = z.record(z.string(), z.unknown());

/** The JSON a model wrote as a tool's input. Nothing at all means a tool without input. Must be an object. */
export function parseToolInput(json: string): Result<Record<string, unknown>, string> {
  if (json.trim() === "") return ok({});
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return err(error instanceof Error ? error.message : "not JSON");
  }
  const input = Input.safeParse(value);
  return input.success ? ok(input.data) : err("the input is not an object");
}
