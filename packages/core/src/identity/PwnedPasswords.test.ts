import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as NewPassword from "./NewPassword.ts"
import { PasswordBreaches } from "./PasswordBreaches.ts"
import { pwnedPasswords } from "./PwnedPasswords.ts"

const password = "tulip lamp seven"
const hash = createHash("sha1").update(password).digest("hex").toUpperCase()
const prefix = hash.slice(0, 5)
const rest = hash.slice(5)
const other = (digit: string) => digit.repeat(35)

describe("Pwned Passwords", () => {
  let server: Server
  let url: string
  let asked: Array<IncomingMessage> = []
  let answer: (response: ServerResponse) => void = (response) => response.end()
  const says = (...lines: ReadonlyArray<string>) => {
    answer = (response) => response.end(lines.join("\r\n"))
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request)
      answer(response)
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() =>
    new Promise((closed) => {
      server.closeAllConnections()
      server.close(closed)
    })
  )

  const check = () => pwnedPasswords({ url }).isBreached(password)

  it.effect("is asked by five digits of a hash, with padding, and told no more", () =>
    Effect.gen(function*() {
      asked = []
      says(`${other("A")}:3`, `${rest}:12`, `${other("B")}:0`)
      assert.isTrue(yield* check())
      assert.deepStrictEqual(asked.map(({ headers, method, url }) => [method, url, headers["add-padding"]]), [
        ["GET", `/range/${prefix}`, "true"]
      ])
      const sent = JSON.stringify([asked[0]?.url, asked[0]?.rawHeaders])
      for (const secret of [password, "tulip", hash, rest]) assert.notInclude(sent, secret)
    }))

  it.effect("knows padding from a password that was seen, and reads either manner of writing", () =>
    Effect.gen(function*() {
      says(`${other("A")}:3`, `${rest}:0`)
      assert.isFalse(yield* check())
      says(`${other("A")}:3`)
      assert.isFalse(yield* check())
      answer = (response) => response.end(`${other("a")}:1\n${rest.toLowerCase()}:2\n`)
      assert.isTrue(yield* check())
    }))

  it.effect("gives no answer rather than a wrong one", () =>
    Effect.gen(function*() {
      const faults: ReadonlyArray<(response: ServerResponse) => void> = [
        (response) => response.writeHead(503).end(`${rest}:1`),
        (response) => response.writeHead(302, { location: `${url}/range/00000` }).end(),
        (response) => response.end("<html>"),
        (response) => response.end(),
        (response) => response.end(`${other("A")}:1\r\n`.repeat(20_000)),
        (response) => response.destroy()
      ]
      for (const [index, fault] of faults.entries()) {
        asked = []
        answer = fault
        assert.isTrue(Exit.isFailure(yield* Effect.exit(check())), `fault ${index}`)
        // asked once, and nowhere else
        assert.lengthOf(asked, 1, `fault ${index}`)
      }
    }))

  it.effect("refuses new passwords that were seen, and lets them pass where nobody answers in time or at all", () =>
    Effect.gen(function*() {
      const checked = (breaches: PasswordBreaches) =>
        Effect.flatMap(NewPassword.make, ({ acceptable }) => acceptable(password, [])).pipe(
          Effect.provideService(PasswordBreaches, breaches),
          Effect.exit
        )
      const seen = yield* Effect.flip(Effect.flatten(checked({ isBreached: () => Effect.succeed(true) })))
      assert.strictEqual(seen._tag, "WeakPassword")
      const passes = [
        () => Effect.succeed(false),
        () => Effect.fail("down"),
        () => Effect.die(`the password is ${password}`)
      ]
      for (const isBreached of passes) assert.isTrue(Exit.isSuccess(yield* checked({ isBreached })))
      const waiting = yield* Effect.forkChild(checked({ isBreached: () => Effect.never }))
      yield* TestClock.adjust("2 seconds")
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(waiting)))
    }))

  it.effect("asks nobody unless the shop wants it", () =>
    Effect.gen(function*() {
      asked = []
      const { acceptable } = yield* NewPassword.make
      yield* acceptable(password, [])
      assert.deepStrictEqual(asked, [])
    }))
})
