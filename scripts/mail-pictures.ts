/**
 * Takes a picture of each shipped mail as a telephone and as a desk shows it, for docs/mails and the page docs/mails.md.
 *
 * It needs a Chromium: the one that the variable CHROMIUM names, or one that is found as chromium, chromium-browser or
 * google-chrome. The pictures are kept in the repository, so nobody runs this but who changes a template:
 * `pnpm docs:mails`, or with names of templates, `pnpm docs:mails welcome order-shipped`.
 */
import * as Rendering from "@stoa/core/notifications/Rendering"
import * as TemplateCatalog from "@stoa/core/notifications/TemplateCatalog"
import * as TemplateExamples from "@stoa/core/notifications/TemplateExamples"
import { Effect } from "effect"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import sharp from "sharp"

const docs = (name: string) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url))

/** Widths in pixels. */
const screens = { phone: 390, desk: 800 } as const

/** Chromium has no smaller window, so a telephone stands in the middle of one. */
const smallestWindow = 500

/** Templates that are a part of mails, and no mail. */
const parts = new Set(["unsubscribe"])

/** Those that end with the words by which people get no more of them. */
const optional = new Set(["abandoned-cart", "back-in-stock", "review-request"])

const chromium = [process.env["CHROMIUM"], "chromium", "chromium-browser", "google-chrome"].find((name) =>
  name !== undefined && spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0
)

/** Chromium with a page, without anything of a profile and of the network. */
const run = (folder: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(chromium ?? "", [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    `--user-data-dir=${join(folder, "profile")}`,
    ...args
  ], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 })

/** A mail in a frame of some width, on a page that writes the height of the mail into its title. */
const framed = (html: string, width: number): string => `<!doctype html><meta charset="utf-8"><title></title>
<style>html,body{margin:0;background:#d1d5db}iframe{display:block;margin:0 auto;border:0;width:${width}px}</style>
<iframe srcdoc="${html.replaceAll("&", "&amp;").replaceAll("\"", "&quot;")}"></iframe>
<script>
const frame = document.querySelector("iframe")
frame.onload = () => {
  const { height } = frame.contentDocument.querySelector(".frame").getBoundingClientRect()
  frame.style.height = height + "px"
  document.title = String(Math.ceil(height))
}
</script>`

const main = async (wanted: ReadonlyArray<string>): Promise<void> => {
  if (chromium === undefined) {
    process.stderr.write("There is no Chromium here. Install one, or name it with CHROMIUM.\n")
    process.exitCode = 1
    return
  }
  const templates = Object.entries(TemplateCatalog.english).filter(([name]) => !parts.has(name))
  const render = Effect.runSync(Rendering.renderer)
  const folder = mkdtempSync(join(tmpdir(), "stoa-mails-"))
  mkdirSync(docs("mails"), { recursive: true })
  try {
    for (const [name, template] of templates) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      const footer = optional.has(name) ? TemplateCatalog.english.unsubscribe : undefined
      const data = { ...TemplateExamples.data, locale: "en", store: { name: "Walnut & Co", url: "https://shop.example.com" } }
      const { html } = await Effect.runPromise(render(template, data, footer))
      const page = join(folder, `${name}.html`)
      for (const [screen, width] of Object.entries(screens)) {
        const window = Math.max(width, smallestWindow)
        writeFileSync(page, framed(html, width))
        const dom = run(folder, `--window-size=${window},600`, "--dump-dom", pathToFileURL(page).href)
        const height = Number(/<title>(\d+)<\/title>/.exec(dom)?.[1] ?? 800)
        const picture = join(docs("mails"), `${name}-${screen}.png`)
        run(folder, `--window-size=${window},${height}`, `--screenshot=${picture}`, pathToFileURL(page).href)
        // a third of the size
        writeFileSync(picture, await sharp(readFileSync(picture)).png({ palette: true, colours: 32, effort: 10 }).toBuffer())
        process.stdout.write(`${name}, ${screen}: ${width} x ${height}\n`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const rows = templates.map(([name]) => `| \`${name}\` | ![${name} on a telephone](mails/${name}-phone.png) | ![${name} at a desk](mails/${name}-desk.png) |`)
  writeFileSync(
    docs("mails.md"),
    `# How the shipped mails look

Taken by \`pnpm docs:mails\` with Chromium from the templates in English and the engine's examples, as
[notifications.md](notifications.md) lists them.

| template | telephone | desk |
| --- | --- | --- |
${rows.join("\n")}
`
  )
}

await main(process.argv.slice(2))
