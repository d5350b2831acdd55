/**
 * Many files and folders in one project: lists, searches, a large file in parts, and a list on a slow phone.
 * `BENCH_FILES`: how many of each.
 */
import { startApp } from "../e2e/harness/app.ts";
import { newPlace } from "../e2e/support/journey.ts";
import { report } from "./support/figures.ts";
import { fileFigures } from "./support/file-figures.ts";
import { scrollFigures } from "./support/file-scroll.ts";

const app = await startApp();
try {
  const count = Number(process.env.BENCH_FILES ?? 1_000);
  const place = await newPlace(app.baseUrl);
  const figures = await fileFigures(place, count, 100_000_000);
  report("files", { ...figures, phone: await scrollFigures(place, "Files") });
} finally {
  await app.stop();
}
