// A reporter that ends in the line that the other test runners of this workspace end in.

export default async function* summary(source) {
  const counts = { passed: 0, failed: 0, ignored: 0 };
  for await (const { type, data } of source) {
    // Suites and files are counted by their tests; a file that breaks has no test that fails.
    if (type === "test:pass" && data.details.type !== "suite") counts[data.skip !== undefined ? "ignored" : "passed"]++;
    if (type === "test:fail" && data.details.type !== "suite") counts.failed++;
  }
  const result = counts.failed === 0 ? "ok" : "FAILED";
  yield `test result: ${result}. ${counts.passed} passed; ${counts.failed} failed; ${counts.ignored} ignored; 0 measured\n`;
}
