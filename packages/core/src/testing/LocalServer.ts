/**
 * An HTTP server on this machine for tests, in the place of somebody else's. The system chooses its port.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface LocalServer {
  /** `http://127.0.0.1:54321` */
  readonly url: string
  readonly port: number
  /** Stops listening and cuts all connections, before the scope does. */
  readonly close: Effect.Effect<void>
}

/** Answers a request whose body has arrived, at once or by a promise. If it fails, the connection is cut. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => unknown

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Listens until the scope closes. */
export const open = (handle: Handler): Effect.Effect<LocalServer, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<LocalServer>((resume) => {
      const server = createServer((request, response) => {
        bodyOf(request).then((body) => handle(request, response, body)).catch(() => request.socket.destroy())
      })
      const close = Effect.callback<void>((closed) => {
        server.close(() => closed(Effect.void))
        server.closeAllConnections()
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, port, close }))
      })
    }),
    ({ close }) => close
  )
