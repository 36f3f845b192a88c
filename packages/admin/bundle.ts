/**
 * Builds the page: one script with what it loads when it is wanted, one style, one icon, named after what is in them, and packed beforehand as small as it
 * goes. `node bundle.ts` writes them to `dist/page`; from source, `adminPage` keeps them in memory.
 */
import { build } from "esbuild"
import { createHash } from "node:crypto"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"

const page = new URL("page/", import.meta.url)
const here = (name: string, base: URL = page) => fileURLToPath(new URL(name, base))

const packBrotli = promisify(brotliCompress)
const packGzip = promisify(gzip)

/** The files of the page by their names, each also as `.br` and `.gz`. */
export const bundle = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { outputFiles } = await build({
    absWorkingDir: here("."),
    entryPoints: { admin: here("main.tsx") },
    outdir: here("dist"),
    entryNames: "[name]-[hash]",
    // what is loaded when it is wanted, such as the words of another language
    splitting: true,
    chunkNames: "part-[hash]",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome115", "firefox120", "safari17"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "silent"
  })
  const icon = await readFile(here("icon.svg"))
  const plain = [
    ...outputFiles.map(({ contents, path }) => [basename(path), contents] as const),
    [`icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`, icon] as const
  ]
  const packed = plain.map(async ([name, bytes]) => [
    [name, bytes] as const,
    [`${name}.br`, await packBrotli(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })] as const,
    [`${name}.gz`, await packGzip(bytes, { level: 9 })] as const
  ])
  return new Map((await Promise.all(packed)).flat())
}

if (import.meta.main) {
  const folder = new URL("dist/page/", import.meta.url)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of await bundle()) await writeFile(new URL(name, folder), bytes)
}
