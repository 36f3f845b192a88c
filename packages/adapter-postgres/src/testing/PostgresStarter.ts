/**
 * Gives the processes of a test run one PostgreSQL server, started when the first of them asks for it and stopped when
 * the run ends. Vitest's `globalSetup` can be this module:
 *
 * ```ts
 * export default defineConfig({
 *   test: { globalSetup: ["node_modules/@stoa/adapter-postgres/src/testing/PostgresStarter.ts"] }
 * })
 * ```
 *
 * With `STOA_TEST_DATABASE_URL` in the environment nothing is started. The tests use that server, version 15 to 18,
 * whose user must be allowed to create databases; theirs begin with `stoa_test_` and are gone afterwards.
 */
import { randomBytes } from "node:crypto"
import { createServer } from "node:http"
import * as PostgresServer from "./PostgresServer.ts"
import * as TestDatabase from "./TestDatabase.ts"

/** Runs before the first test and answers with what is to run after the last one. */
export const setup = async (): Promise<() => Promise<void>> => {
  const run = randomBytes(4).toString("hex")
  process.env[TestDatabase.runVariable] = run
  if (process.env[TestDatabase.urlVariable] !== undefined) return () => TestDatabase.dropAll(run)

  let server: Promise<PostgresServer.PostgresServer> | undefined
  const starter = createServer((_, response) => {
    server ??= PostgresServer.start()
    server.then(
      ({ url }) => response.end(url),
      (cause: unknown) => response.writeHead(503).end(String(cause))
    )
  })
  await new Promise<void>((resolve) => starter.listen(0, "127.0.0.1", resolve))
  starter.unref()
  const address = starter.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  process.env[TestDatabase.starterVariable] = `http://127.0.0.1:${port}`
  return async () => {
    starter.close()
    starter.closeAllConnections()
    await server?.then(({ stop }) => stop(), () => undefined)
  }
}
