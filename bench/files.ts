/** Many files and folders in one project: lists, searches, and a large file in parts. `BENCH_FILES`: how many of each. */
import { startApp } from "../e2e/harness/app.ts";
import { newPlace } from "../e2e/support/journey.ts";
import { report } from "./support/figures.ts";
import { fileFigures } from "./support/file-figures.ts";

const app = await startApp();
try {
  const count = Number(process.env.BENCH_FILES ?? 1_000);
  report("files", await fileFigures(await newPlace(app.baseUrl), count, 100_000_000));
} finally {
  await app.stop();
}
