import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../../", import.meta.url))
const page = readFileSync(`${root}docs/security.md`, "utf8")
const files = globSync("packages/*/src/**/*{.test,Suite}.ts", { cwd: root }).map((path) => ({
  name: basename(path),
  text: readFileSync(`${root}${path}`, "utf8")
}))

/** What the last column of the tables names. */
const shown = page.split("\n").filter((line) => line.startsWith("| ") && line.split(" | ").length === 3)
  .map((line) => line.split(" | ")[2] ?? "")

describe("docs/security.md", () => {
  it("names tests that there are", () => {
    const names = shown.flatMap((cell) => Array.from(cell.matchAll(/"([^"]+)"/g), ([, name = ""]) => name))
    assert.isAbove(names.length, 60)
    const missing = names.filter((name) => {
      const pieces = name.split("...").map((piece) => piece.trim()).filter((piece) => piece !== "")
      return !files.some(({ text }) => pieces.every((piece) => text.includes(piece)))
    })
    assert.deepStrictEqual(missing, [])
  })

  it("names suites and files of tests that there are", () => {
    const names = shown.flatMap((cell) => Array.from(cell.matchAll(/\b([A-Z]\w+)(Suite\b|\.test\.ts)/g), ([name]) => name))
    assert.isAbove(names.length, 60)
    const known = new Set(files.map(({ name }) => name.replace(/Suite\.ts$/, "Suite")))
    assert.deepStrictEqual(names.filter((name) => !known.has(name)), [])
  })
})
