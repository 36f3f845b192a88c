/**
 * One step from a schema to the next.
 */
import { createHash } from "node:crypto"
import type { Ddl } from "./Dialect.ts"

/**
 * A step that every database of a package takes once, forward only, in one transaction.
 *
 * **Gotchas**
 *
 * Once released, the statements never change; white space may. To change a table, add a migration.
 */
export interface Migration {
  /** Counts up from 1 within the package. */
  readonly id: number
  /** What it is about, in a few words. */
  readonly name: string
  /** The statements, one per element, for the database at hand. */
  readonly up: (d: Ddl) => ReadonlyArray<string>
}

/** The migrations of one package, which come in the order of their ids. */
export interface MigrationSet {
  /** The package's name. Sets of different packages know nothing of each other. */
  readonly package: string
  readonly migrations: ReadonlyArray<Migration>
}

/** Says that the set is in order. A wrong set is a bug, so this throws. */
export const set = (name: string, migrations: ReadonlyArray<Migration>): MigrationSet => {
  let last = 0
  for (const { id } of migrations) {
    if (!Number.isSafeInteger(id) || id <= last) {
      throw new Error(`Migration ${id} of ${name} does not follow ${last}: ids are whole numbers that go up`)
    }
    last = id
  }
  return { package: name, migrations }
}

/** What a migration's statements are recognised by: SHA-256, blind to white space. */
export const checksum = (statements: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  for (const statement of statements) hash.update(`${statement.replace(/\s+/g, " ").trim()}\n`)
  return hash.digest("hex")
}
