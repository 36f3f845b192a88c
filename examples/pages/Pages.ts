/**
 * Pages of the documentation whose code is one program, from the first block to the last. A comment behind what is printed, or on
 * the lines after it, is what is printed.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = new URL("../../", import.meta.url)

export const pages: ReadonlyArray<string> = [
  "README",
  "docs/administration",
  "docs/analytics",
  "docs/books",
  "docs/carriers",
  "docs/catalog",
  "docs/checkout",
  "docs/forecasts",
  "docs/fraud",
  "docs/gift-cards",
  "docs/inventory",
  "docs/loyalty",
  "docs/media",
  "docs/notifications",
  "docs/orders",
  "docs/payments",
  "docs/pricing",
  "docs/products",
  "docs/promotions",
  "docs/reports",
  "docs/returns",
  "docs/reviews",
  "docs/search",
  "docs/shipping",
  "docs/tax",
  "docs/vendors"
]

/** The code of a page. */
export const programOf = (page: string): string =>
  Array.from(readFileSync(new URL(`${page}.md`, root), "utf8").matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code ?? "").join("\n")

/** What a program says that it prints. */
export const promisedBy = (program: string): ReadonlyArray<string> => {
  const lines = program.split("\n")
  return lines.flatMap((line, at) => {
    const printed = /\bconsole\.log\(.*\)(?: \/\/ (.*))?$/.exec(line)
    if (printed === null) return []
    if (printed[1] !== undefined) return [printed[1]]
    const after = lines.slice(at + 1)
    const end = after.findIndex((next) => !next.startsWith("// "))
    return after.slice(0, end === -1 ? undefined : end).map((next) => next.slice("// ".length))
  })
}

/** Writes the program of a page beside this file, where it finds the packages that it imports. */
export const write = (page: string): string => {
  const file = fileURLToPath(new URL(`${page.split("/").at(-1)?.toLowerCase()}.page.ts`, import.meta.url))
  writeFileSync(file, programOf(page))
  return file
}

if (import.meta.main) pages.forEach(write)
