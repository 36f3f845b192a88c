import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import * as EngineEvents from "./EngineEvents.ts"

const source = new URL("../", import.meta.url)
const defined = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("testing"))
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
