/**
 * Starts processes of tests sooner: they load more than a thousand modules, and a third of what that takes goes into finding them.
 * Here, what a package imports is looked up once for all of its files, and a file beside it not at all.
 */
import { registerHooks } from "node:module"

/** The folder of a package, for its files in `src` and `dist`; every other file is looked at by itself. */
const packageOf = (url: string): string => /^.*?\/(?:src|dist)\//.exec(url)?.[0] ?? url

/** Files of which it is known what they are: Node strips types outside of `node_modules` only, and Effect has no other modules. */
const formatOf = (url: string): string | undefined => {
  if (url.endsWith(".ts")) return "module-typescript"
  return url.endsWith(".js") && url.includes("/node_modules/effect/dist/") ? "module" : undefined
}

const known = new Map<string, { readonly url: string; readonly format?: string | null | undefined }>()

registerHooks({
  resolve: (specifier, context, next) => {
    const { conditions, parentURL } = context
    if (parentURL?.startsWith("file:") !== true || specifier.startsWith("node:") || specifier.startsWith("file:")) return next(specifier, context)
    if (specifier.startsWith(".")) {
      const { href } = new URL(specifier, parentURL)
      const format = formatOf(href)
      return format === undefined ? next(specifier, context) : { url: href, format, shortCircuit: true }
    }
    const key = `${conditions?.join()} ${packageOf(parentURL)} ${specifier}`
    const found = known.get(key)
    if (found !== undefined) return { ...found, shortCircuit: true }
    const { format, url } = next(specifier, context)
    known.set(key, { url, format })
    return { url, format, shortCircuit: true }
  }
})
