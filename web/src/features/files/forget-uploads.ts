/** Who signs out leaves no upload behind. The uploader is only fetched where it was used: its record tells. */
export async function forgetUploads(): Promise<void> {
  const known = await indexedDB.databases?.().catch(() => []);
  if (known && !known.some((one) => one.name === "nexus.uploads")) return;
  await (await import("./uploads.ts")).uploader.forget();
}
