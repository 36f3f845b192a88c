import { assert, describe, it } from "@effect/vitest"
import { existsSync, globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../../", import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, "utf8")
const page = read("docs/security.md")

/** How many requirements each section of chapters 6 to 10 of OWASP ASVS 5.0 has. */
const sections: Readonly<Record<string, number>> = {
  "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
  "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
  "8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2,
  "9.1": 3, "9.2": 4,
  "10.1": 2, "10.2": 3, "10.3": 5, "10.4": 16, "10.5": 5, "10.6": 2, "10.7": 3
}
const requirements = Object.entries(sections).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}.${index + 1}`))

const cells = page.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.slice(2, -2).split(" | "))
const rows = cells.filter(([number = ""]) => /^\d+\.\d+\.\d+$/.test(number)).map(([number = "", , state = "", shown = ""]) => ({
  number,
  state,
  shown
}))
const besides = cells.slice(cells.findIndex(([what]) => what === "what")).filter((row) => row.length === 3).slice(2)
  .map(([what = "", , shown = ""]) => ({ number: what, shown }))

const paths = globSync("packages/*/src/**/*{.test,Suite}.ts", { cwd: root }).map((path) => path.replaceAll("\\", "/"))

/** The one file that a name means: `http/OAuth.test.ts`, `OAuthSuite.ts`. */
const fileOf = (name: string): string | undefined => {
  const [first = "", ...rest] = name.split("/")
  const found = rest.length > 0
    ? paths.filter((path) => path === `packages/${first}/src/${rest.join("/")}`)
    : paths.filter((path) => path.startsWith("packages/core/") && path.endsWith(`/${name}`))
  return found.length === 1 ? found[0] : undefined
}

/** What the tests of a file are called. */
const titles = (path: string): ReadonlySet<string> =>
  new Set(Array.from(read(path).matchAll(/\b(?:it|it\.effect|test)\(\s*"((?:[^"\\]|\\.)*)"/g), ([, title = ""]) => JSON.parse(`"${title}"`)))

/** The tests that a cell names, each after its file. */
const named = (shown: string): ReadonlyArray<{ readonly file: string; readonly title: string }> => {
  let file = ""
  return Array.from(shown.matchAll(/`([^`]+)`:|"([^"]+)"/g)).flatMap(([, name, title]) => {
    if (name !== undefined) file = name
    return title === undefined ? [] : [{ file, title }]
  })
}

/** What headings are called in addresses. */
const anchors = (path: string): ReadonlySet<string> =>
  new Set(Array.from(read(path).matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, "").replaceAll(" ", "-")))

describe("docs/security.md", () => {
  it("has a row for every requirement of chapters 6 to 10, in their order, and none twice", () => {
    assert.lengthOf(requirements, 122)
    assert.deepStrictEqual(rows.map(({ number }) => number), requirements)
  })

  it("says of each whether it is met, and of one that is not or does not apply, why", () => {
    const unclear = rows.filter(({ state }) => !/^(met\b|(in part|not met|n\/a): .{12,})/.test(state))
    assert.deepStrictEqual(unclear, [])
  })

  it("shows by a test, or by the page that it asks for, whatever is met or met in part", () => {
    const bare = rows.filter(({ shown, state }) => {
      if (!/^(met|in part)/.test(state)) return false
      return named(shown).length === 0 && !/\]\([^)]*#/.test(shown) && !/`packages\/[^`]+`/.test(shown)
    })
    assert.deepStrictEqual(bare, [])
    assert.isAbove(rows.filter(({ shown }) => named(shown).length > 0).length, 75)
  })

  it("names tests that stand in the files that it names", () => {
    const missing = [...rows, ...besides].flatMap(({ number, shown }) =>
      named(shown).flatMap(({ file, title }) => {
        const path = fileOf(file)
        return path !== undefined && titles(path).has(title) ? [] : [`${number}: ${file}: ${title}`]
      }))
    assert.deepStrictEqual(missing, [])
    assert.isAbove(besides.length, 6)
  })

  it("leads to headings and files that there are", () => {
    const links = Array.from(page.matchAll(/\]\(([a-z-]*\.md)?#([^)]+)\)/g), ([, file = "security.md", anchor = ""]) => ({ file, anchor }))
    assert.isAbove(links.length, 8)
    assert.deepStrictEqual(links.filter(({ anchor, file }) => !anchors(`docs/${file}`).has(anchor)), [])
    const sources = Array.from(page.matchAll(/`(packages\/[^`]+\.ts)`/g), ([, path = ""]) => path)
    assert.deepStrictEqual(sources.filter((path) => !existsSync(`${root}${path}`)), [])
  })
})
