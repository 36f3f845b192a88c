/**
 * The page of the sandbox bank, where the buyer of a demo agrees to a payment or refuses it.
 *
 * It belongs to the gateway that it comes with, so an engine with other gateways has no such page.
 */
import { definePlugin, type Plugin } from "@stoa/core"
import * as Money from "@stoa/core/kernel/Money"
import { Payments } from "@stoa/core/payments/Payments"
import * as SandboxBank from "@stoa/core/payments/SandboxBank"
import * as SandboxGateway from "@stoa/core/payments/SandboxGateway"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"

export interface SandboxPages {
  readonly gateway: SandboxGateway.SandboxGateway
  /** Keeps the bank's books beside the shop, brings its webhooks to the engine, and adds the page. */
  readonly plugin: Plugin.Plugin
  /** Says where the API of the server is reached, once it listens. */
  readonly servedAt: (url: string) => void
}

export const make = (): SandboxPages => {
  let api = ""
  const { bank, keepIn } = SandboxBank.later()
  const gateway = SandboxGateway.make({ bank, pageUrl: () => `${api}${path}/` })
  return {
    gateway,
    servedAt: (url) => {
      api = url
    },
    plugin: definePlugin<never, never, never>({
      name: "sandbox-pages",
      version: "1.0.0",
      layer: Layer.effectDiscard(Effect.gen(function*() {
        yield* keepIn(yield* SandboxBank.SandboxBank)
        const payments = yield* Payments
        yield* gateway.connect((webhook) => payments.receiveWebhook(gateway.name, webhook))
      })),
      http: routes(gateway)
    })
  }
}

const path = "/sandbox/pay"

const Reference = Schema.Struct({ reference: Schema.String.check(Schema.isMaxLength(200)) })
const Decision = Schema.Struct({ decision: Schema.Literals(["approve", "refuse"]) })

const routes = (gateway: SandboxGateway.SandboxGateway) => {
  const find = Effect.flatMap(HttpRouter.schemaPathParams(Reference), ({ reference }) => gateway.bank.find(reference)).pipe(
    // what cannot be read names no charge either
    Effect.catchTag("SchemaError", () => Effect.undefined)
  )
  const setupReference = HttpRouter.schemaPathParams(Reference)
  const findSetup = Effect.flatMap(setupReference, ({ reference }) => gateway.findSetup(reference)).pipe(
    Effect.catchTag("SchemaError", () => Effect.undefined)
  )
  const answerSetup = Effect.gen(function*() {
    const setup = yield* findSetup
    if (setup === undefined) return unknown
    const { reference } = yield* setupReference
    const { decision } = yield* HttpServerRequest.schemaBodyUrlParams(Decision)
    yield* Effect.catchTag(gateway.answerSetup(reference, decision === "approve"), "GatewayRejected", () => Effect.void)
    return HttpServerResponse.redirect(webAddress(setup.returnUrl)?.href ?? reference, { status: 303 })
  })
  return Layer.mergeAll(
    HttpRouter.add(
      "GET",
      `${path}/:reference`,
      Effect.gen(function*() {
        const charge = yield* find
        if (charge !== undefined) return page(charge)
        const setup = yield* findSetup
        return setup === undefined ? unknown : setupPage(setup)
      })
    ),
    HttpRouter.add(
      "POST",
      `${path}/:reference`,
      Effect.gen(function*() {
        const charge = yield* find
        if (charge === undefined) return yield* answerSetup
        const { decision } = yield* HttpServerRequest.schemaBodyUrlParams(Decision)
        // the button was pressed twice, or the charge was given up meanwhile: the page says what holds
        yield* Effect.catchTag(
          decision === "approve" ? gateway.approve(charge.reference) : gateway.reject(charge.reference),
          "GatewayRejected",
          () => Effect.void
        )
        return HttpServerResponse.redirect(webAddress(charge.returnUrl)?.href ?? charge.reference, { status: 303 })
      }).pipe(Effect.catchTag("SchemaError", () => Effect.succeed(unclear)))
    )
  )
}

/** Where the shop wants its buyer back, if that is something that a browser visits. */
const webAddress = (returnUrl: string | null): URL | undefined => {
  const url = returnUrl === null ? null : URL.parse(returnUrl)
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : undefined
}

const style = `
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
  body { max-width: 28rem; margin: 12vh auto; padding: 0 1.5rem }
  form { display: flex; gap: 1rem }
  button { font: inherit; padding: .6rem 1.4rem; cursor: pointer }
  .amount { font-size: 2rem; font-weight: 600 }
`
const styleHash = `'sha256-${createHash("sha256").update(style).digest("base64")}'`

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;" }
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "")

const document = (
  title: string,
  body: string,
  options: { readonly status?: number; readonly formsTo?: string } = {}
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(
    `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style>${style}</style>
<main>
<h1>${escape(title)}</h1>
${body}
<p><small>This bank is a sandbox: no money moves.</small></p>
</main>
</html>
`,
    {
      status: options.status ?? 200,
      contentType: "text/html; charset=utf-8",
      headers: {
        "content-security-policy": [
          "default-src 'none'",
          `style-src ${styleHash}`,
          "base-uri 'none'",
          `form-action ${options.formsTo ?? "'none'"}`,
          "frame-ancestors 'none'"
        ].join("; ")
      }
    }
  )

const unknown = document("Unknown payment", "<p>The sandbox bank knows no payment of this address.</p>", { status: 404 })

const unclear = document(
  "Neither yes nor no",
  "<p>The answer was neither to pay nor to refuse. Go back and press one of the buttons.</p>",
  { status: 400 }
)

const outcomes: Readonly<Record<SandboxBank.SandboxStatus, string>> = {
  unheard: "The bank has not heard of this payment yet.",
  processing: "The bank is working on this payment.",
  requires_action: "The bank waits for you.",
  authorized: "You agreed to this payment.",
  captured: "You agreed to this payment.",
  failed: "You refused this payment, or the bank did.",
  cancelled: "The shop gave this payment up."
}

const page = (charge: SandboxBank.SandboxCharge): HttpServerResponse.HttpServerResponse => {
  const amount = `<p class="amount">${escape(Money.format(charge.amount))}</p>`
  return charge.status === "requires_action"
    ? question(`<p>A shop asks you to pay</p>\n${amount}`, "Pay", charge.returnUrl)
    : outcome(`${amount}\n<p>${outcomes[charge.status]}</p>`, charge.returnUrl)
}

const setupOutcomes = { saved: "The bank keeps your card for the shop.", failed: "Your card is not kept." } as const

/** Where the buyer agrees that their card is kept. */
const setupPage = ({ returnUrl, status }: SandboxGateway.SandboxSetup): HttpServerResponse.HttpServerResponse =>
  status === "requires_action"
    ? question("<p>A shop asks to keep your card</p>", "Keep it", returnUrl)
    : outcome(`<p>${setupOutcomes[status]}</p>`, returnUrl)

const outcome = (said: string, returnUrl: string | null) => {
  const back = webAddress(returnUrl)
  const link = back === undefined ? "" : `\n<p><a href="${escape(back.href)}">Back to the shop</a></p>`
  return document("Sandbox bank", `${said}${link}`)
}

const question = (asked: string, yes: string, returnUrl: string | null) => {
  const back = webAddress(returnUrl)
  return document(
    "Sandbox bank",
    `${asked}
<form method="post">
<button name="decision" value="approve">${yes}</button>
<button name="decision" value="refuse">Refuse</button>
</form>`,
    // browsers hold a form to this on the way back to the shop as well
    { formsTo: back === undefined ? "'self'" : `'self' ${back.origin}` }
  )
}
