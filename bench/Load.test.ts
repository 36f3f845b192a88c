import { once } from "node:events"
import { createServer } from "node:http"
import { createServer as listener, type AddressInfo } from "node:net"
import { expect, it } from "vitest"
import * as Load from "./Load.ts"

it("a connection that the server has closed fails instead of waiting forever", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": 2 })
    response.end("ok")
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const connection = await Load.connect((server.address() as AddressInfo).port)
  try {
    const { body, status } = await connection.request("GET", "/")
    expect([status, body.toString()]).toEqual([200, "ok"])
    server.closeAllConnections()
    await expect(connection.request("GET", "/")).rejects.toThrow()
    await expect(connection.request("GET", "/")).rejects.toThrow(/closed/)
  } finally {
    connection.close()
    server.close()
  }
})

it("a connection on which the server says that it has waited long enough fails, whether something was asked or not", async () => {
  const server = listener((socket) => socket.end("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const connection = await Load.connect((server.address() as AddressInfo).port)
  try {
    await expect(connection.request("GET", "/")).rejects.toThrow()
    await expect(connection.request("GET", "/")).rejects.toThrow(/closed/)
  } finally {
    connection.close()
    server.close()
  }
})
