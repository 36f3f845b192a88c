import { assert, describe, it } from "@effect/vitest"
import * as Migration from "./Migration.ts"

describe("a migration", () => {
  it("is recognised by its statements and their order, not by their white space", () => {
    const checksum = Migration.checksum(["CREATE TABLE a (x TEXT)", "CREATE TABLE b (x TEXT)"])
    assert.match(checksum, /^[0-9a-f]{64}$/)
    assert.strictEqual(checksum, Migration.checksum([" CREATE TABLE\n\ta (x TEXT)\n", "CREATE  TABLE b (x TEXT)"]))
    assert.notStrictEqual(checksum, Migration.checksum(["CREATE TABLE b (x TEXT)", "CREATE TABLE a (x TEXT)"]))
    assert.notStrictEqual(checksum, Migration.checksum(["CREATE TABLE a (x TEXT) CREATE TABLE b (x TEXT)"]))
    assert.notStrictEqual(checksum, Migration.checksum(["CREATE TABLE a (x TEXT)", "CREATE TABLE b (x INT)"]))
  })

  it("follows the one before it", () => {
    const step = (id: number): Migration.Migration => ({ id, name: "step", up: () => [] })
    assert.strictEqual(Migration.set("shoes", [step(1), step(2), step(7)]).migrations.length, 3)
    for (const ids of [[0], [1, 1], [2, 1], [1.5], [Number.NaN]]) {
      assert.throws(() => Migration.set("shoes", ids.map(step)), /does not follow/)
    }
  })
})
