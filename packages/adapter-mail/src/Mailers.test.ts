import { type MailerHarness, mailerConformance, type MailerUnderTest, type ReceivedMail } from "@stoa/core/testing"
import { assert, describe, it } from "@effect/vitest"
import * as LocalServer from "@stoa/core/testing/LocalServer"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import PostalMime from "postal-mime"
import { SMTPServer } from "smtp-server"
import { consoleMailer } from "./ConsoleMailer.ts"
import { fileMailer } from "./FileMailer.ts"
import { resend } from "./ResendMailer.ts"
import { smtp } from "./SmtpMailer.ts"

const from = "Shop <shop@example.com>"

const mail = {
  id: "msg_01jd5m8x2vf6grc1x7e9w0b3qk",
  to: "ada@example.com",
  subject: "Hello",
  text: "Hello Ada",
  html: "<p>Hello Ada</p>"
}

const parsed = async (to: string, raw: Uint8Array): Promise<ReceivedMail> => {
  const mail = await PostalMime.parse(raw)
  return {
    to,
    from: mail.from?.address === undefined ? [] : [mail.from.address],
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html ?? "",
    headers: mail.headers.map(({ key }) => key),
    list: ["list-unsubscribe", "list-unsubscribe-post"].flatMap((name) =>
      mail.headers.filter(({ key }) => key === name).map(({ value }) => value)
    ),
    attachments: mail.attachments.map(({ content, filename, mimeType }) => ({
      name: filename ?? "",
      contentType: mimeType,
      text: typeof content === "string" ? content : new TextDecoder().decode(content)
    })),
    repetitionKey: mail.messageId ?? ""
  }
}

/** A real SMTP server on a free port. */
const smtpServer = (options: ConstructorParameters<typeof SMTPServer>[0] = {}) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      let how = "normally"
      const received: Array<ReceivedMail> = []
      const server = new SMTPServer({
        authOptional: true,
        disabledCommands: ["STARTTLS"],
        disableReverseLookup: true,
        // connections that wait for the next mail hold nobody up
        closeTimeout: 1,
        logger: false,
        onRcptTo: ({ address }, _session, callback) => {
          if (how === "refuse") return callback(Object.assign(new Error(`no mailbox ${address}`), { responseCode: 550 }))
          if (how === "silent") return
          if (how === "busy") return callback(Object.assign(new Error(`later, ${address}`), { responseCode: 451 }))
          callback()
        },
        onData: (stream, session, callback) => {
          const chunks: Array<Buffer> = []
          stream.on("data", (chunk: Buffer) => chunks.push(chunk))
          stream.on("end", async () => {
            for (const { address } of session.envelope.rcptTo) received.push(await parsed(address, Buffer.concat(chunks)))
            callback()
          })
        },
        ...options
      })
      server.on("error", () => {})
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      const { port } = server.server.address() as AddressInfo
      const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
      return {
        port,
        received,
        close,
        behave: (wanted: string) =>
          Effect.promise(async () => {
            how = wanted
            if (wanted === "down") await close()
          })
      }
    }),
    ({ close }) => Effect.promise(close)
  )

const smtpHarness: MailerHarness = {
  name: "smtp",
  open: () =>
    Effect.map(smtpServer(), ({ behave, port, received }) => ({
      mailer: smtp({ url: `smtp://127.0.0.1:${port}`, from, timeout: "1 second" }),
      received: Effect.sync(() => received),
      behave
    }))
}

/** A server in the place of Resend's. */
const resendServer = Effect.gen(function*() {
  const statuses: Record<string, number> = { normally: 200, refuse: 422, busy: 429 }
  let how = "normally"
  const requests: Array<{ readonly authorization: string }> = []
  const received: Array<ReceivedMail> = []
  const { url: baseUrl } = yield* LocalServer.open((request, response, sent) => {
    const status = statuses[how]
    if (how === "silent") return
    if (status === undefined) return void request.socket.destroy()
    const body = JSON.parse(sent.toString())
    if (status === 200 && request.url === "/emails" && request.method === "POST") {
      requests.push({ authorization: request.headers.authorization ?? "" })
      received.push({
        to: body.to.join(),
        from: [/<(.*)>/.exec(body.from)?.[1] ?? ""],
        subject: body.subject,
        text: body.text,
        html: body.html,
        headers: Object.keys(body),
        list: ["List-Unsubscribe", "List-Unsubscribe-Post"].flatMap((name) => body.headers[name] ?? []),
        attachments: ((body.attachments ?? []) as ReadonlyArray<Record<string, string>>).map((file) => ({
          name: file["filename"] ?? "",
          contentType: file["content_type"] ?? "",
          text: Buffer.from(file["content"] ?? "", "base64").toString()
        })),
        repetitionKey: String(request.headers["idempotency-key"])
      })
    }
    response.writeHead(status).end(JSON.stringify({ message: `about ${body.to}`, id: `resend-${received.length}` }))
  })
  return { requests, received, baseUrl, behave: (wanted: string) => Effect.sync(() => void (how = wanted)) }
})

const resendSecret = Buffer.alloc(24, 5).toString("base64")

const signedByResend: NonNullable<MailerUnderTest["webhooks"]>["sign"] = (
  body,
  { atSeconds = Math.floor(Date.now() / 1_000), secret = resendSecret } = {}
) =>
  Effect.sync(() => {
    const mac = createHmac("sha256", Buffer.from(secret, "base64")).update(`msg_1.${atSeconds}.`).update(body).digest("base64")
    return { body, headers: { "svix-id": "msg_1", "svix-timestamp": String(atSeconds), "svix-signature": `v1,${mac}` } }
  })

const resendHarness: MailerHarness = {
  name: "resend",
  open: () =>
    Effect.map(resendServer, ({ baseUrl, behave, received }) => ({
      mailer: resend({
        apiKey: Redacted.make("re_secret"),
        from,
        baseUrl,
        webhookSecret: Redacted.make(`whsec_${resendSecret}`),
        timeout: "1 second"
      }),
      received: Effect.sync(() => received),
      behave,
      webhooks: {
        sign: signedByResend,
        about: ({ reference, to }, status) =>
          signedByResend(new TextEncoder().encode(JSON.stringify({
            type: `email.${status}`,
            created_at: new Date().toISOString(),
            data: { email_id: reference, to: [to], ...(status === "bounced" ? { bounce: { type: "Permanent" } } : {}) }
          })))
      },
      secrets: ["re_secret", resendSecret]
    }))
}

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "stoa-mail-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true }))
)

const fileHarness: MailerHarness = {
  name: "file",
  open: () =>
    Effect.map(folder, (folder) => {
      const plain = fileMailer({ folder, from })
      const received: Array<ReceivedMail> = []
      const mailer = {
        name: plain.name,
        // a file is there once, however often it is written
        send: (mail: Parameters<typeof plain.send>[0]) =>
          Effect.andThen(
            plain.send(mail),
            Effect.promise(async () => {
              const raw = await readFile(join(folder, `${mail.id}.eml`))
              const { to = [] } = await PostalMime.parse(raw)
              received.push(await parsed(to.map(({ address }) => address).join(), raw))
            })
          )
      }
      return { mailer, received: Effect.sync(() => received), behave: null }
    })
}

mailerConformance(smtpHarness)
mailerConformance(resendHarness)
mailerConformance(fileHarness)

describe("the SMTP mailer", () => {
  it.live("signs in, and does not give the password away where TLS is wanted and there is none", () =>
    Effect.gen(function*() {
      const passwords: Array<string> = []
      const { port, received } = yield* smtpServer({
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: ({ password, username }, _session, callback) => {
          passwords.push(password ?? "")
          return username === "shop@x" && password === "p:w@d"
            ? callback(null, { user: username })
            : callback(Object.assign(new Error("no"), { responseCode: 535 }))
        }
      })
      const url = (password: string) => `smtp://shop%40x:${password}@127.0.0.1:${port}`
      yield* smtp({ url: Redacted.make(url("p%3Aw%40d")), from }).send(mail)
      assert.strictEqual(received.length, 1)
      const wrong = yield* Effect.flip(smtp({ url: url("wrong"), from }).send(mail))
      assert.deepInclude(wrong, { permanent: false, reason: "EAUTH 535" })
      passwords.length = 0
      const insecure = yield* Effect.flip(smtp({ url: url("p%3Aw%40d"), from, requireTls: true }).send(mail))
      assert.isFalse(insecure.permanent)
      assert.deepStrictEqual(passwords, [])
    }).pipe(Effect.scoped))

  it.live("carries one mail after the other on a bounded number of connections", () =>
    Effect.gen(function*() {
      let opened = 0
      const { port, received } = yield* smtpServer({
        onConnect: (_session, callback) => {
          opened++
          callback()
        }
      })
      const mailer = smtp({ url: `smtp://127.0.0.1:${port}`, from, connections: 2 })
      const mails = Array.from({ length: 12 }, (_, index) => ({ ...mail, id: `msg_${index}` }))
      yield* Effect.forEach(mails, mailer.send, { concurrency: "unbounded", discard: true })
      assert.deepStrictEqual(
        received.map(({ repetitionKey }) => repetitionKey).toSorted(),
        mails.map(({ id }) => `<${id}@example.com>`).toSorted()
      )
      assert.strictEqual(opened, 2)
    }).pipe(Effect.scoped))

  it.live("does not send later what was given up while it waited for a connection", () =>
    Effect.gen(function*() {
      const arriving = yield* Deferred.make<void>()
      let goOn = () => {}
      const ids: Array<string> = []
      const { port } = yield* smtpServer({
        onData: (stream, _session, callback) => {
          const chunks: Array<Buffer> = []
          stream.on("data", (chunk: Buffer) => chunks.push(chunk))
          stream.on("end", () => {
            ids.push(/^message-id: *<(\w+)@/im.exec(Buffer.concat(chunks).toString("latin1"))?.[1] ?? "")
            goOn = callback
            Deferred.doneUnsafe(arriving, Effect.void)
            if (ids.length > 1) callback()
          })
        }
      })
      const mailer = smtp({ url: `smtp://127.0.0.1:${port}`, from, connections: 1 })
      const first = yield* Effect.forkChild(mailer.send({ ...mail, id: "first" }))
      yield* Deferred.await(arriving)
      const given = yield* Effect.forkChild(mailer.send({ ...mail, id: "given_up" }), { startImmediately: true })
      yield* Fiber.interrupt(given)
      const last = yield* Effect.forkChild(mailer.send({ ...mail, id: "last" }), { startImmediately: true })
      goOn()
      yield* Fiber.joinAll([first, last])
      assert.deepStrictEqual(ids, ["first", "last"])
    }).pipe(Effect.scoped))

  it("says what a URL should look like, and never repeats one", () => {
    for (const url of ["", "mail.example:25", "http://mail.example", "smtp://", "smtp://user:hunter2@"]) {
      assert.throws(() => smtp({ url, from }), /smtp:\/\/user:password@host:port/)
      try {
        smtp({ url, from })
      } catch (error) {
        assert.notInclude(String(error), "hunter2")
      }
    }
  })
})

describe("the Resend mailer", () => {
  it.live("sends its key as a bearer and follows no redirect", () =>
    Effect.gen(function*() {
      const { baseUrl, requests } = yield* resendServer
      yield* resend({ apiKey: "re_secret", from, baseUrl }).send(mail)
      assert.deepStrictEqual(requests, [{ authorization: "Bearer re_secret" }])
    }).pipe(Effect.scoped))
})

describe("mailers for development", () => {
  it.effect("the console shows whom a mail is for and what it says", () =>
    Effect.gen(function*() {
      const written: Array<string> = []
      yield* consoleMailer({ write: (text) => void written.push(text) }).send(mail)
      assert.deepStrictEqual(written, ["\n--- mail to ada@example.com: Hello\nHello Ada\n---\n"])
    }))

  it.live("files are for their owner's eyes, and none leaves its folder", () =>
    Effect.gen(function*() {
      const where = yield* folder
      const mailer = fileMailer({ folder: join(where, "new"), from })
      yield* mailer.send({ ...mail, id: "../../evil" })
      const files = yield* Effect.promise(() => readdir(join(where, "new")))
      assert.deepStrictEqual(files, ["______evil.eml"])
      const { mode } = yield* Effect.promise(() => stat(join(where, "new", "______evil.eml")))
      assert.strictEqual(mode & 0o777, 0o600)
    }).pipe(Effect.scoped))
})
