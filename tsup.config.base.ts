import type { Options } from "tsup"

/**
 * How every package becomes JavaScript: one output file per module, so that deep imports and stack traces look like the
 * sources. Declarations come from `tsc -b tsconfig.build.json`, as tsup cannot make them with TypeScript 7.
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
    // esbuild leaves specifiers alone when it does not bundle. Old and new have the same length, so the source map holds.
    renderChunk(code) {
      return {
        code: code
          .replace(/^((?:import|export)\b[^"'\n]*?\bfrom\s*|import\s*|\}\s*from\s*)"(\.{1,2}\/[^"\n]+)\.ts"/gm, "$1\"$2.js\"")
          .replace(/\bimport\(\s*"(\.{1,2}\/[^"\n]+)\.ts"\s*\)/g, "import(\"$1.js\")")
      }
    }
  }]
}
