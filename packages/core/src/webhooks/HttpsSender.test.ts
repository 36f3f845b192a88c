import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { LookupAddress } from "node:dns"
import * as LocalServer from "../testing/LocalServer.ts"
import { publicLookup, send } from "./HttpsSender.ts"

/** The address of a receiver on this machine. */
const receiver = (answer: LocalServer.Handler) => Effect.map(LocalServer.open(answer), ({ url }) => url)

const post = (url: string) => ({ url, headers: { "webhook-id": "evt_1" }, body: "{}" })

describe("sending webhooks", () => {
  it.effect("any status is an answer, of which only the beginning is read", () =>
    Effect.gen(function*() {
      const url = yield* receiver((request, response) => {
        response.writeHead(503, { "retry-after": "120" })
        // more than anybody would read
        const more = () => {
          if (!response.destroyed) response.write("x".repeat(10_000), more)
        }
        more()
        request.on("error", () => undefined)
      })
      const answer = yield* send(post(url), true)
      assert.deepStrictEqual(answer, { status: 503, body: "x".repeat(1_000), retryAfter: 120_000 })
    }))

  it.effect("attack 59, requests to places of the attacker's choice: a redirect leads nowhere", () =>
    Effect.gen(function*() {
      const paths: Array<string | undefined> = []
      const url = yield* receiver((request, response) => {
        paths.push(request.url)
        response.writeHead(302, { location: "/secret" }).end()
      })
      assert.strictEqual((yield* send(post(`${url}/hook`), true)).status, 302)
      assert.deepStrictEqual(paths, ["/hook"])
    }))

  it.effect("attack 59, requests to places of the attacker's choice: nothing is sent to this machine", () =>
    Effect.gen(function*() {
      let asked = 0
      const url = yield* receiver((_, response) => {
        asked++
        response.end()
      })
      for (const bad of [url, url.replace("http", "https"), url.replace("http", "https").replace("127.0.0.1", "localhost")]) {
        assert.strictEqual((yield* Effect.flip(send(post(bad), false)))._tag, "WebhookNotTaken")
      }
      assert.strictEqual(asked, 0)
    }))

  it("attack 59, requests to places of the attacker's choice: a name that leads to a private network is not called, whatever else it has", () => {
    const outcome = (addresses: Array<LookupAddress>, all: boolean) => {
      const heard: Array<unknown> = []
      publicLookup((_name, _options, callback) => callback(null, addresses))(
        "hooks.example.com",
        { all },
        (error, address, family) => heard.push(error === null ? [address, family] : error.message)
      )
      return heard
    }
    const open = { address: "93.184.216.34", family: 4 }
    const shut = { address: "127.0.0.1", family: 4 }
    for (const addresses of [[shut], [open, shut], [shut, open], []]) {
      assert.deepStrictEqual(outcome(addresses, true), ["leads to a private network"])
      assert.deepStrictEqual(outcome(addresses, false), ["leads to a private network"])
    }
    // the connection goes to the very address that was looked at
    assert.deepStrictEqual(outcome([open], false), [["93.184.216.34", 4]])
    assert.deepStrictEqual(outcome([open], true), [[[open], undefined]])
  })

  it.effect("a receiver that hangs up, or is not there, is a failure that quotes nothing", () =>
    Effect.gen(function*() {
      const url = yield* receiver((request) => request.socket.destroy())
      assert.strictEqual((yield* Effect.flip(send(post(url), true))).reason, "ECONNRESET")
    }))
})
