/**
 * Runs the code of pages as their reader does, and looks whether it prints what they say.
 */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { pages, programOf, promisedBy, write } from "./Pages.ts"

describe("the code of", () => {
  it.each(pages)("%s prints what the page says", async (page) => {
    const promised = promisedBy(programOf(page))
    expect(promised.length).toBeGreaterThan(0)
    const { stdout } = await promisify(execFile)(process.execPath, [write(page)], { timeout: 280_000 })
    expect(stdout.trimEnd().split("\n")).toEqual(promised)
  })
})
