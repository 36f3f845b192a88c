/**
 * Runs programs of pages one after the other, as a reader with one process would, which loads the engine once for all of them. Each
 * line of its output is JSON: what one program printed, and what stopped it, if anything did. It ends when all of them have ended.
 */
import { pathToFileURL } from "node:url"
import { format, inspect } from "node:util"

export interface Read {
  readonly file: string
  readonly printed: string
  readonly failure: string | null
}

const print = console.log

for (const file of process.argv.slice(2)) {
  const lines: Array<string> = []
  console.log = (...what) => lines.push(format(...what))
  const failure = await import(pathToFileURL(file).href).then(() => null, inspect)
  print(JSON.stringify({ file, printed: lines.join("\n"), failure } satisfies Read))
}
