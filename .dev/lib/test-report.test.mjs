import { expect, test } from "vitest";
import { countResults } from "./test-report.mjs";

const file = (status, ...assertions) => ({ status, assertionResults: assertions.map((one) => ({ status: one })) });
const report = (numPassedTests, numFailedTests, ...testResults) => ({ numPassedTests, numFailedTests, testResults });

test("counts what passed and failed", () => {
  expect(countResults(report(3, 0, file("passed", "passed", "passed", "passed")), 0)).toEqual({ passed: 3, failed: 0 });
  expect(countResults(report(1, 1, file("failed", "passed", "failed")), 1)).toEqual({ passed: 1, failed: 1 });
});

test("a file that does not load is a failure of its own", () => {
  expect(countResults(report(2, 0, file("passed", "passed", "passed"), file("failed")), 1)).toEqual({
    passed: 2,
    failed: 1,
  });
  expect(countResults(report(2, 1, file("failed", "failed"), file("failed")), 1)).toEqual({ passed: 2, failed: 2 });
});

test("a bad end that no test explains is a failure", () => {
  expect(countResults(report(2, 0, file("passed", "passed", "passed")), 1)).toEqual({ passed: 2, failed: 1 });
  expect(countResults(null, 0)).toEqual({ passed: 0, failed: 1 });
});
