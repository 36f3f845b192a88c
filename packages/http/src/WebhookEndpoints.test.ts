import { sqlite } from "@stoa/adapter-sqlite"
import * as WebhookSender from "@stoa/core/webhooks/WebhookSender"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createHmac } from "node:crypto"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { open, problem } from "./testing/People.ts"

describe("webhook endpoints over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  const received: Array<{ readonly headers: IncomingHttpHeaders; readonly body: string }> = []
  const receiver = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk)).on("end", () => {
      received.push({ headers: request.headers, body })
      response.end("ok")
    })
  })
  let url: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
    server = await open(sqlite({ filename: ":memory:" }), { webhooks: WebhookSender.make({ insecure: true }) })
    owner = await server.signInOwner()
  })
  afterAll(async () => {
    await server.close()
    await new Promise((resolve) => receiver.close(resolve))
  })

  it("are made, told of what happens, looked at and removed", async () => {
    const webhooks = owner.as.webhookEndpoints
    const { endpoint, secret } = await webhooks.create({ payload: { url, events: ["product.*"] } })
    const params = { id: endpoint.id }
    await owner.as.adminProducts.create({
      payload: { title: "Mug", variants: [{ price: { amount: 1_200, currency: "USD" as never } }] }
    })
    await server.shop.jobs.drain()
    const [message] = received
    const said = JSON.parse(message?.body ?? "{}") as { readonly type: string; readonly id: string }
    assert.strictEqual(said.type, "product.created")
    const { headers = {}, body = "" } = message ?? {}
    const signed = createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
      .update(`${said.id}.${headers["webhook-timestamp"] as string}.${body}`).digest("base64")
    assert.strictEqual(headers["webhook-signature"], `v1,${signed}`)

    const { items } = await webhooks.deliveries({ params, query: { status: "delivered" } })
    assert.deepStrictEqual(items.map(({ body }) => body), [body])
    await webhooks.redeliver({ params: { id: items[0]?.id ?? "" } })
    await webhooks.test({ params })
    await server.shop.jobs.drain()
    assert.deepStrictEqual(received.map(({ body }) => (JSON.parse(body) as { readonly type: string }).type).sort(), [
      "product.created",
      "product.created",
      "webhook.test"
    ])

    const off = await webhooks.update({ params, payload: { status: "disabled" } }, { ifMatch: "\"v1\"" })
    assert.deepStrictEqual([off.status, off.disabledReason, off.version], ["disabled", "staff", 2])
    assert.deepStrictEqual(await problem(webhooks.test({ params })), [409, "webhook_endpoint_disabled"])
    assert.deepStrictEqual(
      await problem(webhooks.update({ params, payload: { events: ["*"] } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.notStrictEqual((await webhooks.rollSecret({ params, payload: {} })).secret, secret)
    await webhooks.delete({ params })
    assert.deepStrictEqual(await problem(webhooks.get({ params })), [404, "webhook_endpoint_not_found"])
  })

  it("are not for people without the permission, and take no URL but one", async () => {
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.webhookEndpoints.list({ query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(
      await problem(owner.as.webhookEndpoints.create({ payload: { url: "mailto:a@b.c", events: ["*"] } })),
      [400, "invalid_input"]
    )
  })
})
