import { assert, describe, it } from "@effect/vitest"
import { MigrationFailed } from "./MigrationErrors.ts"

const messageOf = (cause: unknown): string =>
  new MigrationFailed({ package: "shoes", id: 3, name: "colours", cause }).message

const failed = "Migration 3 (colours) of shoes failed and was rolled back: "

describe("a migration that failed says what the database said", () => {
  it("in the innermost of the errors that drivers wrap", () => {
    const cause = new Error("query failed", { cause: new Error("executing", { cause: new Error("no such column: size") }) })
    assert.strictEqual(messageOf(cause), `${failed}no such column: size`)
  })

  it("where it is no error but something with a message, such as an error that came from another process", () => {
    const cause = Object.assign(Object.create(null), { name: "error", message: "relation \"shoes\" does not exist" })
    assert.strictEqual(messageOf(cause), `${failed}relation "shoes" does not exist`)
    assert.strictEqual(messageOf(new Error("query failed", { cause })), `${failed}relation "shoes" does not exist`)
  })

  it("where it has no message, with what it has", () => {
    assert.strictEqual(messageOf(Object.assign(Object.create(null), { code: "42P01" })), `${failed}{"code":"42P01"}`)
    assert.strictEqual(messageOf(new Error("", { cause: { code: "42P01" } })), `${failed}Error (cause: {"code":"42P01"})`)
    assert.strictEqual(messageOf("disk full"), `${failed}disk full`)
    assert.strictEqual(messageOf(undefined), `${failed}undefined`)
  })

  it("with the error around it where the innermost says nothing", () => {
    assert.strictEqual(messageOf(new Error("query failed", { cause: undefined })), `${failed}query failed`)
    assert.strictEqual(messageOf(new Error("query failed", { cause: new Error("") })), `${failed}query failed`)
  })

  it("once, where errors are each other's cause", () => {
    const one = new Error("one")
    const other = new Error("other", { cause: one })
    one.cause = other
    assert.strictEqual(messageOf(one), `${failed}other`)
  })
})
