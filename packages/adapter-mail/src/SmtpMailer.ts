/**
 * Mail by SMTP, with nodemailer.
 */
import * as Mailer from "@stoa/core/notifications/Mailer"
import { DeliveryFailed, listHeaders } from "@stoa/core/notifications/Message"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Transporter } from "nodemailer"
import { toNodemailer } from "./Attachments.ts"

export interface SmtpOptions {
  /**
   * `smtps://user:password@mail.example:465` for TLS from the beginning, `smtp://user:password@mail.example:587` for
   * STARTTLS.
   */
  readonly url: string | Redacted.Redacted
  /** The sender: `"Shop <shop@example.com>"`. */
  readonly from: string
  /** Sends nothing, the password included, without TLS. On unless the server is this machine. */
  readonly requireTls?: boolean
  /** For how long the server may be silent; 15 seconds if not given. */
  readonly timeout?: Duration.Input
  /** As many connections at once at most; 5 if not given. Mails that find none free wait for one. */
  readonly connections?: number
}

/** For how many milliseconds connections wait for the next mail before they are closed. */
const idleMillis = 1_000

const isLocal = (host: string): boolean => host === "localhost" || host === "127.0.0.1" || host === "[::1]"

/** The part of an address after the `@`, for the ids of messages. */
const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? "localhost"

const settings = (options: SmtpOptions) => {
  const text = typeof options.url === "string" ? options.url : Redacted.value(options.url)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== "smtp:" && url.protocol !== "smtps:") || url.hostname === "") {
    // without the URL itself, which holds a password
    throw new TypeError("An SMTP server is given as smtp://user:password@host:port or smtps://...")
  }
  const secure = url.protocol === "smtps:"
  const millis = Duration.toMillis(Duration.fromInputUnsafe(options.timeout ?? "15 seconds"))
  return {
    pool: true,
    maxConnections: options.connections ?? 5,
    // what became of a mail whose connection is lost is for whoever sends it to judge
    maxRequeues: 0,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: options.requireTls ?? !isLocal(url.hostname),
    connectionTimeout: millis,
    greetingTimeout: millis,
    socketTimeout: millis,
    dnsTimeout: millis,
    // a template names no files and no addresses to be fetched, and nothing may make it
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(url.username === ""
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } })
  }
}

/** A code such as `ECONNREFUSED` or `550`, which names no person as the whole answer of a server may. */
const failed = (cause: unknown): DeliveryFailed => {
  const { code, responseCode } = cause as { readonly code?: unknown; readonly responseCode?: unknown }
  const answered = typeof responseCode === "number" ? responseCode : undefined
  // 535 and the like are mistakes of the operator, whose mails must not be lost for it
  const permanent = answered !== undefined && answered >= 550 && answered < 560 && code !== "EAUTH"
  const reason = [typeof code === "string" ? code : undefined, answered].filter((part) => part !== undefined).join(" ")
  return new DeliveryFailed({ sender: "smtp", permanent, reason: reason === "" ? "unknown" : reason })
}

/**
 * Sends by SMTP.
 *
 * **Details**
 *
 * A connection carries one mail after the other, up to a hundred, since opening one takes longer than the mail: servers hold back
 * their greeting to catch senders that talk too early, and TLS and signing in take round trips. All are closed when there has been no mail
 * for a second, so nothing has to be closed with the engine. What a server refuses for good (550 to 559) is not tried again;
 * everything else is. The id of a mail is in its `Message-ID`.
 *
 * **Example**
 *
 * ```ts
 * createStoa({ storage, mailer: smtp({ url: process.env.SMTP_URL ?? "", from: "Shop <shop@example.com>" }) })
 * ```
 */
export const smtp = (options: SmtpOptions): Mailer.Mailer => {
  const config = settings(options)
  const domain = domainOf(options.from)
  let transport: Promise<Transporter> | undefined
  let sending = 0
  let idle: NodeJS.Timeout | undefined
  // loaded with the first mail, for a server may wait long for one
  const opened = () => transport ??= import("nodemailer").then(({ createTransport }) => createTransport(config))
  const close = () => {
    void transport?.then((open) => open.close())
    transport = undefined
  }
  const during = async <A>(send: (open: Transporter) => Promise<A>): Promise<A> => {
    clearTimeout(idle)
    sending++
    try {
      return await send(await opened())
    } finally {
      sending--
      if (sending === 0) idle = setTimeout(close, idleMillis)
    }
  }
  return Mailer.make({
    name: "smtp",
    send: ({ attachments = [], html, id, subject, text, to, unsubscribe }) =>
      Effect.tryPromise({
        try: (signal) =>
          during((open) =>
            open.sendMail({
              from: options.from,
              // not parsed as a list
              to: { name: "", address: to },
              subject,
              text,
              html,
              attachments: attachments.map(toNodemailer),
              messageId: `<${id}@${domain}>`,
              // nobody answers a machine with "I am away"
              headers: { "Auto-Submitted": "auto-generated", ...listHeaders(unsubscribe) },
              // who gives a mail up must not find it sent later, when its turn has come
              signal
            })
          ),
        catch: failed
      }).pipe(Effect.asVoid)
  })
}
