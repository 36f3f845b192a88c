/**
 * What is listened with while the database of a server is waited for, so that whoever watches over it learns that the
 * process lives and is not ready.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer } from "node:http"
import * as CommandFailed from "./CommandFailed.ts"

const problem = JSON.stringify({
  type: "about:blank",
  title: "Starting",
  status: 503,
  detail: "The server is starting: it waits for its database",
  code: "starting"
})

/**
 * Answers `200` to `/health/live` and `503` to everything else until the scope closes. Answers with the port, which is
 * free again then.
 */
export const listen = (options: {
  readonly host: string
  readonly port: number
}): Effect.Effect<number, CommandFailed.CommandFailed, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.tryPromise({
        try: () =>
          new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
            const server = createServer((request, response) => {
              if (request.url === "/health/live") {
                response.writeHead(200, { "content-type": "application/json", connection: "close" })
                response.end("{\"status\":\"ok\"}")
                return
              }
              response.writeHead(503, {
                "content-type": "application/problem+json",
                "retry-after": "2",
                connection: "close"
              })
              response.end(problem)
            })
            server.once("error", reject)
            server.listen(options.port, options.host, () => resolve(server))
          }),
        catch: CommandFailed.from
      }),
      (server) =>
        Effect.promise(() =>
          new Promise<void>((resolve) => {
            server.close(() => resolve())
            server.closeAllConnections()
          })
        )
    ),
    (server) => {
      const address = server.address()
      return typeof address === "object" && address !== null ? address.port : options.port
    }
  )
