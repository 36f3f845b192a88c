/**
 * The built page, as `@stoa/http` serves it.
 */
import type { AdminContents, AdminFile, AdminPage } from "@stoa/http"
import { readdir, readFile } from "node:fs/promises"
import { document } from "./Document.ts"

export interface AdminPageOptions {
  /** Where the page is; `/admin` if not given. */
  readonly path?: string
}

const contentTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml"
}

const contentTypeOf = (name: string): string =>
  contentTypes[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream"

/** The parts that the script of the page cannot begin without. */
const begun = (files: ReadonlyArray<readonly [string, Uint8Array]>): ReadonlyArray<string> => {
  const [, script] = files.find(([name]) => /^admin-.*\.js$/.test(name)) ?? []
  return [...new TextDecoder().decode(script).matchAll(/(?:from|import)"\.\/(part-[^"]+\.js)"/g)].map(([, name = ""]) => name)
}

/** Files by name, with `x.br` and `x.gz` as other forms of `x`. */
const contentsOf = (files: ReadonlyMap<string, Uint8Array>): AdminContents => {
  const plain = [...files].filter(([name]) => !/\.(?:br|gz)$/.test(name))
  const packed = plain.map(([name, bytes]): readonly [string, AdminFile] => {
    const brotli = files.get(`${name}.br`)
    const gzip = files.get(`${name}.gz`)
    return [name, {
      contentType: contentTypeOf(name),
      bytes,
      ...(brotli === undefined ? {} : { brotli }),
      ...(gzip === undefined ? {} : { gzip })
    }]
  })
  return { document: document(plain.map(([name]) => name), begun(plain)), files: new Map(packed) }
}

const read = async (folder: URL): Promise<ReadonlyMap<string, Uint8Array>> => {
  const names = await readdir(folder)
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder))] as const)))
}

/** A checkout of the repository has nothing built: there the page is built when it is first asked for. */
const build = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
  const builder = new URL("../bundle.ts", import.meta.url)
  const { bundle } = await import(builder.href) as { readonly bundle: () => Promise<ReadonlyMap<string, Uint8Array>> }
  return bundle()
}

const fromSource = import.meta.url.endsWith(".ts")

let loading: Promise<AdminContents> | undefined

/**
 * The page, for the option `admin` of a server:
 *
 * ```ts
 * await serve(shop, { admin: adminPage() })
 * ```
 *
 * **Details**
 *
 * Its files are read when somebody first opens it, once for all servers of a process.
 */
export const adminPage = ({ path }: AdminPageOptions = {}): AdminPage => ({
  contents: () =>
    loading ??= (fromSource ? build() : read(new URL("page/", import.meta.url))).then(contentsOf),
  ...(path === undefined ? {} : { path })
})
