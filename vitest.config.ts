import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "examples/**/*.test.ts", "scripts/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    environment: "node",
    // processes that tests start strip the types of some hundred files, once for all of them
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node", import.meta.url)) },
    setupFiles: ["scripts/property-seed.ts"],
    // only lends what starts PostgreSQL; a run without tests on it starts none
    globalSetup: ["packages/adapter-postgres/src/testing/PostgresStarter.ts"],
    pool: "forks",
    // Loading Effect anew for every file costs more than most files take, and no module of ours holds state.
    isolate: false,
    // Vitest would keep a core to itself.
    maxWorkers: "100%",
    // For a test that would never end; one that waits for a busy machine is none.
    testTimeout: 300_000,
    hookTimeout: 300_000
  }
})
