import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import * as Dialect from "./Dialect.ts"
import * as EngineMigrations from "./EngineMigrations.ts"
import * as Migration from "./Migration.ts"

/** What databases have taken, by migration: the beginnings of the checksums on SQLite and on PostgreSQL. */
const taken: Readonly<Record<string, readonly [sqlite: string, postgres: string]>> = JSON.parse(
  readFileSync(new URL("schema/checksums.json", import.meta.url), "utf8")
)

describe("the engine's migrations", () => {
  it("are those that databases have taken, which refuse an engine that has others", () => {
    const [sqlite, postgres] = [Dialect.ddl("sqlite"), Dialect.ddl("pg")]
    const last = Math.max(...Object.keys(taken).map(Number))
    const now = EngineMigrations.migrations.migrations.filter(({ id }) => id <= last).map(({ id, up }) =>
      [String(id), [sqlite, postgres].map((d) => Migration.checksum(up(d)).slice(0, 16))])
    assert.deepStrictEqual(Object.fromEntries(now), taken)
  })
})
