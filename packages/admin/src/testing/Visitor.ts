/**
 * Somebody in front of a browser, and what is to be seen there.
 */
import { readFileSync } from "node:fs"
import { get, type IncomingHttpHeaders } from "node:http"
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core"

/** Sizes of windows in pixels. */
export const screens = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } } as const

const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8")

interface AxeResult {
  readonly violations: ReadonlyArray<{
    readonly id: string
    readonly help: string
    readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary: string }>
  }>
}

/** What axe finds wrong with what a page shows, one line for each place. */
const faults = async (page: Page, rules: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  // through the debugger, so that the page's own policy says nothing about it
  const options = { resultTypes: ["violations"], ...(rules.length === 0 ? {} : { runOnly: rules }) }
  if (await page.evaluate("typeof globalThis.axe") !== "object") await page.evaluate(axe)
  const { violations } = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`) as AxeResult
  return violations.flatMap(({ help, id, nodes }) => nodes.map(({ failureSummary, html }) => `${id}: ${help}: ${html}: ${failureSummary}`))
}

/**
 * What is wrong with how a page looks, on a telephone and at a desk, light and dark: what axe finds, and what is wider than the
 * window. Nothing but contrast depends on the colours, so in the dark axe looks at that alone.
 */
export const looks = async (page: Page): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const [screen, viewport] of Object.entries(screens)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme })
      const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
      const all = [...await faults(page, colorScheme === "dark" ? ["color-contrast"] : []), ...(wide === true ? ["wider than the window"] : [])]
      found.push(...all.map((fault) => `${screen}, ${colorScheme}: ${fault}`))
    }
  }
  return found
}

/** Agrees to what is asked before something that cannot be undone. */
export const agree = async (page: Page, title: string): Promise<void> => {
  const dialog = page.getByRole("dialog", { name: title })
  await dialog.getByRole("button").last().waitFor()
  await dialog.locator("button[type=submit]").click()
}

/** Somebody in front of a browser. */
export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** What went wrong in the page: its policy was violated, or its script failed. */
  readonly complaints: ReadonlyArray<string>
}

/** Opens a window of somebody whom the browser does not know yet. */
export const visit = async (browser: Browser, options: BrowserContextOptions): Promise<Visitor> => {
  const context = await browser.newContext({ viewport: screens.desk, locale: "en-US", reducedMotion: "reduce", ...options })
  // a machine may be that busy
  context.setDefaultTimeout(240_000)
  const complaints: Array<string> = []
  await context.addInitScript(`
    addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI))
    globalThis.attacked = () => console.error("attacked")
  `)
  const page = await context.newPage()
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("dialog", (dialog) => {
    complaints.push(`dialogue: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on("console", (message) => {
    // browsers write down every answer of 400 and above
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text())
  })
  return { page, context, complaints }
}

/** What a server sends, as it sends it. */
export const raw = (url: URL, headers: Record<string, string>): Promise<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }> =>
  new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      const pieces: Array<Buffer> = []
      response.on("data", (piece: Buffer) => pieces.push(piece))
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(pieces) }))
      response.on("error", reject)
    }).on("error", reject)
  })
