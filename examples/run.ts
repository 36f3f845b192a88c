/**
 * Runs an example as its reader does, and answers with what it printed.
 */
import { execFile } from "node:child_process"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** The printed lines of `main.ts` beside the test whose `import.meta.url` is given. */
export const run = async (test: string): Promise<ReadonlyArray<string>> => {
  const { stdout } = await promisify(execFile)(process.execPath, ["main.ts"], {
    cwd: dirname(fileURLToPath(test)),
    timeout: 60_000
  })
  return stdout.trimEnd().split("\n")
}
