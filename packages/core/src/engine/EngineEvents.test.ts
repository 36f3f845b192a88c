import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import * as EngineEvents from "./EngineEvents.ts"

const source = new URL("../", import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("testing"))
const defined = files
  .flatMap((file) =>
    Array.from(
      readFileSync(new URL(file, source), "utf8").matchAll(/DomainEvent\.define\(\s*"([^"]+)"/g),
      ([, type]) => String(type)
    )
  )

describe("the events of the engine", () => {
  it("are those that its domains define", () => {
    assert.isAbove(defined.length, 30)
    assert.sameMembers([...EngineEvents.names], defined)
  })
})

describe("the errors of the engine", () => {
  it("can all be imported from the package, as its documentation says", () => {
    const index = readFileSync(new URL("index.ts", source), "utf8")
    const kept = files.filter((file) => file.endsWith("Errors.ts")).filter((file) => !index.includes(`"./${file}"`))
    assert.deepStrictEqual(kept, [])
  })
})
