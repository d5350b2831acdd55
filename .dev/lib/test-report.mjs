/**
 * Counts a vitest JSON report. Files that failed outside a test (an import, a hook) count as one failure each; a
 * non-zero exit that nothing explains (an unhandled rejection, no test found, no report) counts as one too.
 * @param report the parsed report or null
 * @param exitCode vitest's
 * @returns {{passed: number, failed: number}}
 */
export function countResults(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1 };
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((one) => one.status === "failed"),
  );
  const failed = report.numFailedTests + broken.length;
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
