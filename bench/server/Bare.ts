/**
 * The least that a server in Node can do: it reads the request and answers with bytes that it was given.
 */
import { createServer } from "node:http"

/** The answer that is always given, as JSON in the first argument. */
export interface BareInput {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const { body, headers, status } = JSON.parse(process.argv[2] ?? "") as BareInput
const bytes = Buffer.from(body)

const server = createServer((request, response) => {
  request.resume()
  request.once("end", () => {
    response.writeHead(status, headers)
    response.end(bytes)
  })
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.({ port: typeof address === "object" ? address?.port : undefined })
})
process.on("message", () => {
  const { system, user } = process.cpuUsage()
  process.send?.({ answer: system + user })
})
process.on("disconnect", () => process.exit())
