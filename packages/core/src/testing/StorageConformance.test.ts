import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import * as Testing from "./index.ts"

const folder = new URL("./", import.meta.url)
const sources = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => [file, readFileSync(new URL(file, folder), "utf8")] as const)

// those for gateways are not for storages
const suites = sources.filter(([file]) => file !== "StorageConformance.ts" && !file.startsWith("Gateway")).flatMap(([, source]) =>
  Array.from(source.matchAll(/^export const (\w+(?:Suite|Budgets|Laws)) = \(/gm), ([, name]) => String(name))
)

describe("the suites for storage adapters", () => {
  it("are all handed out", () => {
    assert.deepStrictEqual(suites.filter((suite) => !Object.keys(Testing).includes(suite)), [])
  })

  it("are all run by `storageConformance` or `statementBudgets`, but for those that need more of a storage", () => {
    const calls = new Set(
      sources.flatMap(([, source]) => Array.from(source.matchAll(/^ {2}(\w+)\(.*harness.*\)$/gm), ([, name]) => name))
    )
    assert.deepStrictEqual(suites.filter((suite) => !calls.has(suite)), [
      "crashSuite",
      "moneyRaceSuite",
      "nextReadSuite",
      "rememberedCartSuite",
      "simulationSuite",
      "storageFaultSuite"
    ])
  })
})
