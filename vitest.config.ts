import { defineConfig } from "vitest/config";

// Tests read other packages through their published entry points, so `npm run build` comes first.
export default defineConfig({
  test: {
    // Most of what the tests do is to wait; one worker for each of two cores halves that.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/*.test.ts", "packages/*/src/**/*.test.ts", "examples/*/src/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "integration",
          include: ["packages/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          exclude: ["**/*.browser.test.ts", "**/*.long.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // What takes minutes: whole matrices, chaos, deployments. HOLDFAST_LONG=1 adds it to `npm test`.
        test: {
          name: "long",
          include: ["packages/*/test/**/*.long.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The guard's suite on the oldest release of each client that it takes.
        test: {
          name: "oldest clients",
          include: ["packages/holdfast/test/guard/**/*.test.ts"],
          exclude: ["**/*.long.test.ts"],
          env: { HOLDFAST_TEST_CLIENTS: "oldest" },
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["packages/*/test/**/*.browser.test.ts"],
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
