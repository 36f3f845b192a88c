/**
 * Has the packages of this workspace loaded as they are published: their JavaScript in `dist` instead of their sources,
 * at which the `exports` of a checkout point.
 */
import { registerHooks } from "node:module"

const source = /(\/packages\/[^/]+)\/src\/(.*)\.ts$/

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context)
    return source.test(found.url)
      ? { ...found, url: found.url.replace(source, "$1/dist/$2.js"), format: "module" }
      : found
  }
})
