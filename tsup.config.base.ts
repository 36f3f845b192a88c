import type { Options } from "tsup"

const staticImport = /^((?:(?:import|export)\b[^"'\n]*?\bfrom|import|\}\s*from)\s*"\.{1,2}\/[^"\n]+)\.ts"/gm
const dynamicImport = /(\bimport\(\s*"\.{1,2}\/[^"\n]+)\.ts"/g

/**
 * How every package becomes JavaScript: one output file per module, so that deep imports and stack traces look like the
 * sources. Declarations come from `scripts/declarations.ts`, as tsup cannot make them with TypeScript 7.
 */
export const library: Options = {
  entry: ["src/**/*.ts", "!src/**/*.test.ts"],
  format: "esm",
  target: "node22",
  platform: "node",
  bundle: false,
  splitting: false,
  sourcemap: true,
  clean: true,
  dts: false,
  silent: true,
  esbuildOptions(options) {
    // the sources are in the package already
    options.sourcesContent = false
  },
  plugins: [{
    name: "relative-imports-to-js",
    // esbuild leaves specifiers alone when it does not bundle. Old and new are equally long, so the source map holds.
    renderChunk(code) {
      return { code: code.replace(staticImport, "$1.js\"").replace(dynamicImport, "$1.js\"") }
    }
  }]
}
