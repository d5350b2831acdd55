/**
 * Reasoning of a provider is opaque and means something only to the provider that made it. `Block.signature`
 * therefore says whose it is: `<kind>:<what the provider gave>`. A signature without a known kind is the offline
 * model's or another's, and is not sent anywhere.
 */
const KINDS = ["anthropic", "anthropic-redacted", "reasoning-content"] as const;
type ReasoningKind = (typeof KINDS)[number];

export const sign = (kind: ReasoningKind, value: string): string => `${kind}:${value}`;

export function readSignature(signature: string): { readonly kind: ReasoningKind; readonly value: string } | null {
  const kind = KINDS.find((one) => signature.startsWith(`${one}:`));
  return kind ? { kind, value: signature.slice(kind.length + 1) } : null;
}
