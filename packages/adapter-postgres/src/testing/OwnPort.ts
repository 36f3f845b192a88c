/**
 * Ports for those who listen later, or again: a port that the system gave and that is free again may be another process's by then.
 */
import { createServer } from "node:net"

/** Below those that systems give away by themselves, of which Linux begins with 32768. */
const lowest = 15_000
const beyond = 32_000

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })

/** A port of this machine on which nobody listens, and which the system gives to nobody who leaves the choice to it. */
export const find = async (): Promise<number> => {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (beyond - lowest))
    if (await isFree(port)) return port
  }
}
