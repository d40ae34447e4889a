// A reporter that ends in the line that the other test runners of this workspace end in.

export default async function* summary(source) {
  const counts = { passed: 0, failed: 0, ignored: 0 };
  for await (const { type, data } of source) {
    // Suites are counted by their tests.
    if (data?.details?.type === "suite") continue;
    if (type === "test:pass") counts[data.skip === undefined ? "passed" : "ignored"]++;
    if (type === "test:fail") counts.failed++;
  }
  const result = counts.failed === 0 ? "ok" : "FAILED";
  const { passed, failed, ignored } = counts;
  yield `test result: ${result}. ${passed} passed; ${failed} failed; ${ignored} ignored; 0 measured\n`;
}
