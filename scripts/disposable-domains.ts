/**
 * Makes `packages/core/src/identity/DisposableDomains.ts`: domains of mailboxes that are thrown away. `--check` only says
 * whether the file is what the package that it is made from says today.
 */
import { disposableEmailBlocklist } from "disposable-email-domains-js"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const source = "disposable-email-domains-js"
const manifest = new URL(`../node_modules/${source}/package.json`, import.meta.url)
const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }

const domains = [...new Set(disposableEmailBlocklist().map((domain) => domain.toLowerCase()))]
  .filter((domain) => /^[a-z0-9.-]+$/.test(domain))
  .sort()

const lines: Array<string> = []
let line = ""
for (const domain of domains) {
  if (line.length + domain.length > 118) {
    lines.push(line)
    line = ""
  }
  line += line === "" ? domain : ` ${domain}`
}
lines.push(line)

const text = `/**
 * ${domains.length} domains of mailboxes that are made for a few minutes and belong to nobody. From ${source} ${version}
 * (CC0-1.0), made by \`scripts/disposable-domains.ts\`; do not edit.
 */
export const disposableDomains = \`
${lines.join("\n")}
\`
`

const file = fileURLToPath(new URL("../packages/core/src/identity/DisposableDomains.ts", import.meta.url))
if (!process.argv.includes("--check")) {
  writeFileSync(file, text)
} else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("DisposableDomains.ts is not up to date: run node scripts/disposable-domains.ts")
  process.exitCode = 1
}
