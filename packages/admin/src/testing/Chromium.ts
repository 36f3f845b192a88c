/**
 * A Chromium for tests: the one that the variable CHROMIUM names, one of the system, or the one that is an npm package, for
 * Linux on x64, which is unpacked once and brings the libraries and the font that a bare machine lacks.
 */
import { type Browser, chromium } from "playwright-core"
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliDecompressSync } from "node:zlib"

interface Found {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
]

const runs = (name: string, env: Readonly<Record<string, string>> = {}): boolean =>
  spawnSync(name, ["--version"], { stdio: "ignore", env: { ...process.env, ...env } }).status === 0

/** A path that a browser is started with, of a name that a shell finds. */
const pathOf = (name: string): string =>
  name.includes("/") ? name : spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim()

const packed = new URL("../../node_modules/@sparticuz/chromium/", import.meta.url)

const unpack = (folder: string): void => {
  const piece = (name: string) => brotliDecompressSync(readFileSync(new URL(`bin/${name}.br`, packed)))
  mkdirSync(join(folder, ".."), { recursive: true })
  const partial = mkdtempSync(`${folder}.`)
  writeFileSync(join(partial, "chromium"), piece("chromium"))
  chmodSync(join(partial, "chromium"), 0o755)
  for (const name of ["al2023.tar", "fonts.tar"]) {
    writeFileSync(join(partial, name), piece(name))
    spawnSync("tar", ["-xf", name], { cwd: partial, stdio: "ignore" })
  }
  writeFileSync(
    join(partial, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>`
  )
  try {
    renameSync(partial, folder)
  } catch {
    // another process was faster
    rmSync(partial, { recursive: true, force: true })
  }
}

const fromPackage = (): Found | undefined => {
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(packed)) return undefined
  const { version } = JSON.parse(readFileSync(new URL("package.json", packed), "utf8")) as { readonly version: string }
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/chromium-${version}`, import.meta.url))
  if (!existsSync(folder)) unpack(folder)
  const env = {
    // after those of the system, which fit its own
    LD_LIBRARY_PATH: [process.env["LD_LIBRARY_PATH"], join(folder, "lib")].filter((path) => path !== undefined).join(":"),
    FONTCONFIG_FILE: join(folder, "fonts.conf")
  }
  const path = join(folder, "chromium")
  return runs(path, env) ? { path, env } : undefined
}

const find = (): Found => {
  const named = process.env["CHROMIUM"]
  const name = [...named === undefined ? [] : [named], ...names].find((name) => runs(name))
  const found = name === undefined ? fromPackage() : { path: pathOf(name), env: {} }
  if (found !== undefined) return found
  throw new Error("There is no Chromium here: install one (`apt-get install chromium`) or name it with the variable CHROMIUM.")
}

const launch = (): Promise<Browser> => {
  const { env, path } = find()
  return chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env } as Record<string, string>,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]
  })
}

let running: Promise<Browser> | undefined

/**
 * The one of this process, without a window, which is started when the first test asks for it and ends with the process: to start one
 * takes longer than many a test. Whoever opens a context of their own in it closes that.
 */
export const shared = async (): Promise<Browser> => {
  const browser = await (running ??= launch())
  if (browser.isConnected()) return browser
  // a test has ended it
  running = launch()
  return running
}
