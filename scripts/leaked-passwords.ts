/**
 * Makes `packages/core/src/identity/LeakedPasswords.ts`: the passwords that people were found to use most. `--check` only
 * says whether the file is what the package that it is made from says today.
 */
import { dictionary } from "@zxcvbn-ts/language-common"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const source = "@zxcvbn-ts/language-common"
const manifest = new URL(`../node_modules/${source}/package.json`, import.meta.url)
const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }

/** What is shorter is refused for its length. */
const minimumLength = 8
const count = 5_000

const passwords = dictionary["passwords-common"].map(String)
  .filter((password) => password.length >= minimumLength && /^[!-~]+$/.test(password) && !/[\\`$]/.test(password))
  .slice(0, count)

const lines: Array<string> = []
let line = ""
for (const password of passwords) {
  if (line.length + password.length > 118) {
    lines.push(line)
    line = ""
  }
  line += line === "" ? password : ` ${password}`
}
lines.push(line)

const text = `/**
 * The ${count} most common passwords of at least ${minimumLength} characters, in lower case, the most common first. From
 * ${source} ${version} (MIT, see NOTICE.md), made by \`scripts/leaked-passwords.ts\`; do not edit.
 */
export const leakedPasswords = \`
${lines.join("\n")}
\`
`

const file = fileURLToPath(new URL("../packages/core/src/identity/LeakedPasswords.ts", import.meta.url))
if (!process.argv.includes("--check")) {
  writeFileSync(file, text)
} else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("LeakedPasswords.ts is not up to date: run node scripts/leaked-passwords.ts")
  process.exitCode = 1
}
