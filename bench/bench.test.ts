/**
 * Runs the whole bench, as small as it goes: its figures say nothing then, but everything that it does must work.
 */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const smallest = [
  "--products=40",
  "--orders=60",
  "--rounds=1",
  "--millis=1",
  "--seconds=0.05",
  "--buyers=12",
  "--stock=5",
  "--requestsBefore=20",
  "--requestsAfter=60",
  "--growTo=1000",
  "--samples=3",
  "--boots=1",
  "--rest=0.1"
]

const suites = ["sqlite", "http", "growth", "process"]

interface Results {
  readonly tables: ReadonlyArray<{
    readonly title: string
    readonly rows: ReadonlyArray<{ readonly name: string; readonly figures: Readonly<Record<string, number>> }>
  }>
}

const bench = (...args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, ["main.ts", ...args], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    timeout: 110_000
  })

describe("the bench", () => {
  it("measures the sources, as a table and as JSON", { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "stoa-bench-test-"))
    try {
      const out = join(folder, "results.json")
      const { stdout } = await bench("--source", "--on=sqlite", ...suites, `--out=${out}`, ...smallest)
      const { tables } = JSON.parse(readFileSync(out, "utf8")) as Results
      for (const { rows, title } of tables) {
        expect(stdout).toContain(title)
        for (const { figures, name } of rows) {
          for (const [figure, value] of Object.entries(figures)) expect(value, `${name}, ${figure}`).toBeGreaterThan(0)
        }
      }
      const figureOf = (row: string) =>
        tables.flatMap(({ rows }) => rows).find(({ name }) => name.startsWith(row))?.figures
      expect(figureOf("12 buyers, 5 pieces, carts filled before")?.["orders"]).toBe(5)
      expect(figureOf("12 buyers, 5 pieces, from an empty cart")?.["orders"]).toBe(5)
      expect(figureOf("whole flow")?.["a second"]).toBeGreaterThan(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("says what it does not know", async () => {
    await expect(bench("mysql")).rejects.toThrow(/There is no suite mysql/)
    await expect(bench("--rounds=none")).rejects.toThrow(/--rounds is not a number above zero/)
  })
})
