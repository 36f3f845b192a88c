import { assert, describe, it } from "@effect/vitest"
import { DatabaseSync } from "node:sqlite"
import * as PreparedStatements from "./PreparedStatements.ts"

describe("prepared statements", () => {
  const text = (n: number) => `SELECT ${n} AS n`

  it("are kept up to the capacity, those in use longest", () => {
    const database = new DatabaseSync(":memory:")
    const statements = PreparedStatements.make(database, 4)
    for (let n = 1; n <= 4; n++) statements.get(text(n), 0)
    statements.get(text(5), 0)
    assert.isFalse(statements.has(text(1)))
    for (let n = 6; n <= 20; n++) {
      statements.get(text(2), 0)
      statements.get(text(n), 0)
    }
    assert.isTrue(statements.has(text(2)))
    const kept = Array.from({ length: 20 }, (_, n) => text(n + 1)).filter(statements.has)
    assert.strictEqual(kept.length, 4)
    database.close()
  })

  it("are the same for the same text, and not kept when they change tables", () => {
    const database = new DatabaseSync(":memory:")
    const statements = PreparedStatements.make(database, 4)
    assert.strictEqual(statements.get(text(1), 0), statements.get(text(1), 0))
    assert.notStrictEqual(statements.once(text(1), 0), statements.once(text(1), 0))
    assert.isTrue(statements.get("CREATE TABLE a (x TEXT)", 0).changesSchema)
    assert.isFalse(statements.has("CREATE TABLE a (x TEXT)"))
    database.close()
  })
})
