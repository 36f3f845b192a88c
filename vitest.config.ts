import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** What takes longest, from 80 to 20 seconds on two processors that have nothing else to do. */
const longest = [
  "packages/cli/src/Commands",
  "bench/bench",
  "packages/adapter-sqlite/src/conformance/Crash",
  "packages/adapter-postgres/src/conformance/Crash",
  "packages/adapter-sqlite/src/conformance/CrashMore",
  "packages/adapter-postgres/src/conformance/CrashMore",
  "packages/adapter-sqlite/src/conformance/CrashRest",
  "packages/adapter-postgres/src/conformance/CrashRest",
  "packages/cli/src/ServingTogether",
  "packages/adapter-postgres/src/conformance/Payments",
  "packages/adapter-postgres/src/conformance/StorageFaults",
  "packages/adapter-postgres/src/NarrowedListPlans",
  "examples/storefront/Storefront",
  "packages/adapter-sqlite/src/conformance/StorageFaults",
  "packages/adapter-sqlite/src/conformance/Payments",
  "packages/cli/src/Cluster",
  "packages/adapter-postgres/src/conformance/Simulation",
  "packages/cli/src/Postgres",
  "packages/cli/src/Serving"
]

/**
 * Begins with what takes longest, so that at the end no processor waits for the last file. By itself Vitest goes by the size of
 * files where it has never run them, and those of suites that many adapters run are the smallest.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: ReadonlyArray<TestSpecification>): Promise<Array<TestSpecification>> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return place < 0 ? longest.length : place
    }
    return (await super.sort([...files])).sort((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "examples/**/*.test.ts", "scripts/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    environment: "node",
    // processes that tests start strip the types of some hundred files, once for all of them, and find their modules sooner
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node", import.meta.url)),
      NODE_OPTIONS: [process.env["NODE_OPTIONS"] ?? "", `--import=${new URL("scripts/quick-start.ts", import.meta.url).href}`].join(" ").trim()
    },
    setupFiles: ["scripts/property-seed.ts"],
    // only lends what starts PostgreSQL; a run without tests on it starts none
    globalSetup: ["packages/adapter-postgres/src/testing/PostgresStarter.ts"],
    sequence: { sequencer: LongestFirst },
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
