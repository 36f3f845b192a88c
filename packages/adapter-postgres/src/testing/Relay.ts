/**
 * A relay between a client and a server, which can go away and come back: what the network does, in this process.
 */
import { connect, createServer, type Socket } from "node:net"
import * as OwnPort from "./OwnPort.ts"

export interface Relay {
  /** The URL of the server, by way of the relay. */
  readonly url: string
  /** Cuts every connection and takes no more. */
  readonly goAway: () => Promise<void>
  readonly comeBack: () => Promise<void>
}

/** Opens a relay to the server of a URL. It has to be sent away at the end. */
export const open = async (to: string): Promise<Relay> => {
  const target = new URL(to)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(socket)
      socket.on("error", () => undefined)
      socket.on("close", () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject)
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject)
        resolve()
      })
    })
  const port = await OwnPort.find()
  await listen(port)
  const url = new URL(to)
  url.hostname = "127.0.0.1"
  url.port = String(port)
  return {
    url: url.href,
    goAway: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
    comeBack: () => listen(port)
  }
}
