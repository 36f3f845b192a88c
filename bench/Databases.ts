/**
 * Databases to measure on: made, copied, and thrown away again.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Backend } from "./Options.ts"
import type { Target } from "./server/Target.ts"

/** Commits that survive a power cut (`FULL`) or may not (`NORMAL`). */
export type Durability = Target["synchronous"]

export interface Databases extends AsyncDisposable {
  /** A new, empty database. */
  readonly create: (name: string, durability: Durability) => Promise<Target>
  /** A copy of one that nobody has open. */
  readonly copy: (of: Target, name: string, durability: Durability) => Promise<Target>
}

const sqlite = (): Databases => {
  const folder = mkdtempSync(join(tmpdir(), "stoa-bench-"))
  const target = (name: string, synchronous: Durability): Target => ({
    backend: "sqlite",
    filename: join(folder, `${name}.db`),
    synchronous
  })
  return {
    create: (name, durability) => Promise.resolve(target(name, durability)),
    copy: (of, name, durability) => {
      const copy = target(name, durability)
      copyFileSync(of.filename, copy.filename)
      return Promise.resolve(copy)
    },
    [Symbol.asyncDispose]: () => {
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    }
  }
}

/** Databases of one kind, gone when they are disposed of. */
export const open = (_backend: Backend): Promise<Databases> => Promise.resolve(sqlite())
