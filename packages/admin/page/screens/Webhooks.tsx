/**
 * Programs of others that are told of what happens in the shop: where they are, of what they are told, and what has arrived.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge, type Tone } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { StateFilter, stateIn } from "../parts/Filters.tsx"
import { Form, LongField, TextField, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { go, link } from "../parts/Router.ts"
import { Secret } from "../parts/Secret.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.webhooks

type Endpoint = Answer<"webhookEndpoints.get">
type Delivery = Answer<"webhookEndpoints.deliveries">["items"][number]

const StateOf = ({ endpoint: { disabledReason, failingSince, status } }: { readonly endpoint: Endpoint }) =>
  status === "disabled"
    ? <Badge state="off" tone={disabledReason === "staff" ? "still" : "bad"} text={say.off[disabledReason ?? "staff"]} />
    : failingSince === null
    ? <Badge state="on" tone="good" text={say.on} />
    : <Badge state="failing" tone="waits" text={say.failing} />

const written = (form: Written) => ({
  url: form.text("url"),
  events: form.text("events").split(/[\s,]+/).filter((event) => event !== ""),
  description: form.orNull("description"),
  contact: form.orNull("contact") as never
})

const Fields = ({ endpoint }: { readonly endpoint?: Endpoint }) => (
  <>
    <TextField name="url" label={say.url} hint={say.urlHint} value={endpoint?.url ?? ""} />
    <LongField name="events" label={say.events} hint={say.eventsHint} rows={3} value={endpoint?.events.join("\n") ?? ""} />
    <TextField name="description" label={say.description} value={endpoint?.description ?? ""} optional />
    <TextField name="contact" type="email" inputMode="email" label={say.contact} hint={say.contactHint} value={endpoint?.contact ?? ""} optional />
  </>
)

export const Webhooks = () => {
  const [making, make] = useState(false)
  const [secret, show] = useState<string>()
  const endpoints = usePaged((page) => call("webhookEndpoints.list", { query: { limit: 50, ...page } }), "webhooks")
  return (
    <section class="card stack">
      <h2>{say.title}</h2>
      <Paged of={endpoints} none={say.none}>
        {(items) => (
          <ul class="rows">
            {items.map((endpoint) => (
              <li key={endpoint.id}>
                <span>
                  <a class="breaks" href={link(["webhooks", endpoint.id])}>{endpoint.url}</a>
                  <span class="muted small below">
                    {[endpoint.description, endpoint.events.slice(0, 4).join(", ") + (endpoint.events.length > 4 ? " …" : "")].filter((text) => text !== null).join(" · ")}
                  </span>
                </span>
                <StateOf endpoint={endpoint} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
      <May to="webhooks:write"><div class="actions"><button type="button" class="quiet" onClick={() => make(true)}>{say.add}</button></div></May>
      {making
        ? (
          <Dialog title={say.add} onClose={() => make(false)}>
            <Form
              submit={say.create}
              onSend={async (form) => {
                const { secret } = await call("webhookEndpoints.create", { payload: written(form) })
                make(false)
                show(secret)
                void endpoints.reload()
              }}
            >
              <Fields />
            </Form>
          </Dialog>
        )
        : null}
      {secret === undefined ? null : <Secret title={say.secret} text={say.secretOnce} secret={secret} onClose={() => show(undefined)} />}
    </section>
  )
}

const tones: Readonly<Record<Delivery["status"], Tone>> = { pending: "busy", delivered: "good", failed: "bad", cancelled: "still" }

const DeliveryOf = ({ delivery, onDone }: { readonly delivery: Delivery; readonly onDone: () => void }) => {
  const store = useStore()
  return (
    <li class="part">
      <p class="states">
        <strong>{delivery.type}</strong>
        <Badge state={delivery.status} tone={tones[delivery.status]} text={say.states[delivery.status]} />
        <span class="muted small">
          {Format.time(delivery.createdAt, store)}
          {delivery.nextAttemptAt === null ? "" : ` · ${say.next(Format.time(delivery.nextAttemptAt, store))}`}
        </span>
      </p>
      {delivery.attempts.length === 0 ? null : (
        <details>
          <summary>{say.attempts(delivery.attempts.length)}</summary>
          <ul class="rows small">
            {delivery.attempts.map((attempt) => (
              <li key={attempt.at}>
                <span class="breaks">
                  {attempt.status ?? say.noAnswer} · {say.milliseconds(Format.number(attempt.milliseconds))}
                  <span class="muted below">{[Format.time(attempt.at, store), attempt.error, attempt.response].filter((text) => text !== null && text !== "").join(" · ")}</span>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <details>
        <summary>{say.body}</summary>
        <pre class="scrolls small written" tabIndex={0}>{delivery.body}</pre>
      </details>
      <May to="webhooks:write">
        <div class="actions">
          <Deed
            text={say.again}
            label={`${say.again}: ${delivery.type}`}
            does={async () => {
              await call("webhookEndpoints.redeliver", { params: { id: delivery.id } })
              onDone()
            }}
          />
        </div>
      </May>
    </li>
  )
}

const Deliveries = ({ id, query, turn }: { readonly id: string; readonly query: URLSearchParams; readonly turn: number }) => {
  const status = stateIn(query, say.states)
  const deliveries = usePaged((page) =>
    call("webhookEndpoints.deliveries", { params: { id }, query: { limit: 25, ...(status === undefined ? {} : { status }), ...page } }), `${id} ${status ?? ""} ${turn}`)
  return (
    <section class="card stack">
      <h2>{say.sent}</h2>
      <StateFilter path={["webhooks", id]} query={query} states={say.states} />
      <div class="actions">
        <button type="button" class="quiet" onClick={() => void deliveries.reload()}>{say.look}</button>
        <May to="webhooks:write">
          <Deed
            text={say.failedAgain}
            does={async () => {
              const { redelivered } = await call("webhookEndpoints.redeliverFailed", {
                params: { id },
                payload: { since: new Date(Date.now() - week).toISOString() as never }
              })
              tell(say.redelivered(redelivered))
              await deliveries.reload()
            }}
          />
        </May>
      </div>
      <Paged of={deliveries} none={say.nothingSent}>
        {(items) => (
          <ul class="stack">
            {items.map((delivery) => (
              <DeliveryOf
                key={delivery.id}
                delivery={delivery}
                onDone={() => {
                  tell(say.onItsWay)
                  void deliveries.reload()
                }}
              />
            ))}
          </ul>
        )}
      </Paged>
    </section>
  )
}

/** What failed longer ago is not worth to be told any more. */
const week = 7 * 86_400_000

export const WebhookOf = ({ id, query }: { readonly id: string; readonly query: URLSearchParams }) => {
  const endpoint = useLoaded(() => call("webhookEndpoints.get", { params: { id } }), id)
  const [secret, show] = useState<string>()
  const [turn, next] = useState(0)
  const { reload, value } = endpoint
  const onDone = (changed: Endpoint) => {
    endpoint.set(changed)
    tell(words.shell.saved)
  }
  return (
    <Page
      title={say.one}
      actions={value === undefined ? undefined : (
        <May to="webhooks:write">
          <Deed
            class="danger"
            text={say.remove}
            sure={say.removeText}
            does={async () => {
              await call("webhookEndpoints.delete", { params: { id } }, { version: value.version })
              go(link(["engine", "webhooks"]))
            }}
          />
        </May>
      )}
    >
      <p class="states"><a href={link(["engine", "webhooks"])}>{say.all}</a></p>
      <Loaded of={endpoint}>
        {(endpoint) => (
          <div class="columns even">
            <section class="card stack">
              <p class="states"><StateOf endpoint={endpoint} /></p>
              <Form
                to="webhooks:write"
                submit={words.shell.save}
                onReload={reload}
                onSend={async (form) =>
                  onDone(
                    await call("webhookEndpoints.update", { params: { id }, payload: { ...written(form), version: endpoint.version } })
                  )}
              >
                <Fields endpoint={endpoint} />
              </Form>
              <May to="webhooks:write">
                <div class="actions">
                  <Deed
                    text={endpoint.status === "enabled" ? words.promotions.turnOff : words.promotions.turnOn}
                    does={async () =>
                      onDone(
                        await call("webhookEndpoints.update", {
                          params: { id },
                          payload: { status: endpoint.status === "enabled" ? "disabled" : "enabled", version: endpoint.version }
                        })
                      )}
                  />
                  {endpoint.status === "disabled" ? null : (
                    <Deed
                      text={say.test}
                      does={async () => {
                        await call("webhookEndpoints.test", { params: { id } })
                        tell(say.onItsWay)
                        next(turn + 1)
                      }}
                    />
                  )}
                  <Deed
                    text={say.roll}
                    sure={say.rollText}
                    does={async () => {
                      const { secret } = await call("webhookEndpoints.rollSecret", { params: { id }, payload: {} })
                      show(secret)
                      await reload()
                    }}
                  />
                </div>
              </May>
            </section>
            <Deliveries id={id} query={query} turn={turn} />
          </div>
        )}
      </Loaded>
      {secret === undefined ? null : <Secret title={say.secret} text={say.secretOnce} secret={secret} onClose={() => show(undefined)} />}
    </Page>
  )
}
