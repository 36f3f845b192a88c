/**
 * Runs the code of pages as their reader does, and looks whether it prints what they say.
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"
import { pages, programOf, promisedBy, write } from "./Pages.ts"
import type { Read } from "./Reader.ts"

const reader = fileURLToPath(new URL("Reader.ts", import.meta.url))

describe("the code of", () => {
  const all = new Map<string, Read>()
  beforeAll(async () => {
    const files = pages.map(write)
    const { stdout } = await promisify(execFile)(process.execPath, [reader, ...files], { timeout: 280_000 })
    for (const line of stdout.trimEnd().split("\n")) {
      const read = JSON.parse(line) as Read
      all.set(pages[files.indexOf(read.file)] ?? "", read)
    }
  })

  it.each(pages)("%s prints what the page says", (page) => {
    const promised = promisedBy(programOf(page))
    expect(promised.length).toBeGreaterThan(0)
    const { failure, printed } = all.get(page) ?? {}
    expect(failure).toBe(null)
    expect(printed?.split("\n")).toEqual(promised)
  })
})
