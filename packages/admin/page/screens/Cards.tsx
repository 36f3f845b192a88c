/**
 * Gift cards, and what customers have to spend: value that the shop owes.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { shortOf } from "../parts/Case.tsx"
import { CurrencyField } from "../parts/Currency.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { Form, TextField, wrong } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, type Paging, usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.cards

type Card = Answer<"storedValue.getGiftCard">
type Movement = Answer<"storedValue.giftCardMovements">["items"][number]

const nameOf = ({ id, lastFour }: Pick<Card, "id" | "lastFour">): string =>
  lastFour === null ? `${say.one} ${shortOf(id)}` : `${say.one} …${lastFour}`

const BothTabs = ({ now }: { readonly now: "cards" | "credit" }) => {
  const { may } = useStore()
  const tabs = ([
    ["cards", "gift-cards:read", words.sections.cards],
    ["credit", "store-credit:read", say.credit]
  ] as const).filter(([, permission]) => may(permission)).map(([path, , text]) => [link([path]), text] as const)
  return tabs.length < 2 ? null : <Tabs label={say.both} now={link([now])} tabs={tabs} />
}

const NewCard = ({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) => {
  const store = useStore()
  const [currency, choose] = useState(store.currency ?? "USD")
  const [code, show] = useState<string>()
  if (code !== undefined) {
    return (
      <Dialog title={say.made} onClose={onClose}>
        <div class="stack">
          <p>{say.codeOnce}</p>
          <p><code class="breaks code">{code}</code></p>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={say.add} onClose={onClose}>
      <Form
        submit={say.create}
        onSend={async (written) => {
          const amount = Format.parseMoney(written.text("amount"), currency)
          if (amount === undefined || amount.amount === 0) throw wrong("amount", words.field.money)
          const [email, until] = [written.text("email"), written.text("expiresAt")]
          const made = await call("storedValue.createGiftCard", {
            payload: {
              amount,
              note: written.orNull("note"),
              expiresAt: until === "" ? null : Format.startOfDay(Format.dayAfter(until), store),
              ...(email === "" ? {} : { email })
            }
          })
          onMade()
          if (made.code === null) {
            tell(say.mailed)
            onClose()
          } else show(made.code)
        }}
      >
        <CurrencyField value={currency} onChoose={choose} />
        <TextField name="amount" label={words.order.amount(currency)} inputMode="decimal" />
        <TextField name="email" type="email" inputMode="email" label={say.sendTo} hint={say.sendToHint} optional />
        <TextField name="expiresAt" type="date" label={say.lastDay} optional />
        <TextField name="note" label={say.note} optional />
      </Form>
    </Dialog>
  )
}

export const Cards = () => {
  const store = useStore()
  const [making, make] = useState(false)
  const cards = usePaged((page) => call("storedValue.listGiftCards", { query: { limit: 25, ...page } }), "cards")
  return (
    <Page
      title={words.sections.cards}
      actions={<May to="gift-cards:write"><button type="button" onClick={() => make(true)}>{say.add}</button></May>}
    >
      <BothTabs now="cards" />
      <Listing
        of={cards}
        label={words.sections.cards}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.one,
            cell: (card) => (
              <Named below={[card.email, card.note].filter((text) => text !== null).join(" · ")}>
                <a href={link(["cards", card.id])}>{nameOf(card)}</a>
              </Named>
            )
          },
          { title: say.since, class: "wide-only", cell: ({ createdAt }) => Format.time(createdAt, store) },
          { title: words.orders.state, cell: ({ status }) => <Badge state={status} text={say.states[status]} /> },
          { title: say.left, class: "number", cell: ({ balance }) => Format.money(balance) }
        ]}
      />
      {making ? <NewCard onClose={() => make(false)} onMade={() => void cards.reload()} /> : null}
    </Page>
  )
}

const Movements = ({ of }: { readonly of: Paging<Movement> }) => {
  const store = useStore()
  return (
    <section class="card">
      <h2>{say.movements}</h2>
      <Paged of={of} none={say.noMovements}>
        {(items) => (
          <ul class="rows">
            {items.map((movement) => (
              <li key={movement.id}>
                <span>
                  {say.kinds[movement.kind]}
                  {movement.orderId === null ? null : <> · <a href={link(["orders", movement.orderId])}>{words.orders.number}</a></>}
                  <span class="muted small below">
                    {[Format.time(movement.at, store), movement.reason].filter((text) => text !== null).join(" · ")}
                  </span>
                </span>
                <span class="number">{Format.money(movement.amount)}</span>
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </section>
  )
}

export const GiftCard = ({ id }: { readonly id: string }) => {
  const store = useStore()
  const [asking, ask] = useState<"edit" | "void">()
  const card = useLoaded(() => call("storedValue.getGiftCard", { params: { id } }), id)
  const movements = usePaged((page) => call("storedValue.giftCardMovements", { params: { id }, query: { limit: 25, ...page } }), id)
  const { value } = card
  const onDone = (changed: Card) => {
    card.set(changed)
    ask(undefined)
    tell(words.shell.saved)
    void movements.reload()
  }
  return (
    <Page
      title={value === undefined ? say.one : nameOf(value)}
      actions={value?.status !== "active" ? undefined : (
        <May to="gift-cards:write">
          <button type="button" class="quiet" onClick={() => ask("edit")}>{words.product.edit}</button>
          <button type="button" class="danger" onClick={() => ask("void")}>{say.void}</button>
        </May>
      )}
    >
      <Loaded of={card}>
        {(card) => (
          <>
            <p class="states">
              <Badge state={card.status} text={say.states[card.status]} />
              <strong>{say.leftOf(Format.money(card.balance), Format.money(card.initial))}</strong>
              {card.expiresAt === null ? null : <span class="muted">{say.ends(Format.time(card.expiresAt, store))}</span>}
              {card.orderId === null ? null : <a href={link(["orders", card.orderId])}>{say.soldIn}</a>}
            </p>
            {card.note === null ? null : <p class="written">{card.note}</p>}
            {asking === "edit"
              ? (
                <Dialog title={nameOf(card)} onClose={() => ask(undefined)}>
                  <Form
                    submit={words.shell.save}
                    onSend={async (written) => {
                      const until = written.text("expiresAt")
                      onDone(
                        await call("storedValue.updateGiftCard", {
                          params: { id },
                          payload: {
                            version: card.version,
                            note: written.orNull("note"),
                            expiresAt: until === "" ? null : Format.startOfDay(Format.dayAfter(until), store)
                          }
                        })
                      )
                    }}
                  >
                    <TextField
                      name="expiresAt"
                      type="date"
                      label={say.lastDay}
                      value={card.expiresAt === null ? "" : Format.calendarDay(Date.parse(card.expiresAt) - 1, store)}
                      optional
                    />
                    <TextField name="note" label={say.note} value={card.note ?? ""} optional />
                  </Form>
                </Dialog>
              )
              : asking === "void"
              ? (
                <Dialog title={say.void} onClose={() => ask(undefined)}>
                  <Form
                    submit={say.void}
                    onSend={async () => onDone(await call("storedValue.voidGiftCard", { params: { id } }, { version: card.version }))}
                  >
                    <p>{say.voidText(Format.money(card.balance))}</p>
                  </Form>
                </Dialog>
              )
              : null}
          </>
        )}
      </Loaded>
      <Movements of={movements} />
    </Page>
  )
}

export const Credit = ({ query }: { readonly query: URLSearchParams }) => {
  const search = query.get("search") ?? ""
  const users = usePaged((page) =>
    call("administration.listUsers", { query: { limit: 25, ...(search === "" ? {} : { search }), ...page } }), search)
  return (
    <Page title={say.credit}>
      <BothTabs now="credit" />
      <Filters
        label={say.findCustomer}
        path={["credit"]}
        query={query}
        search={[{ name: "search", label: words.shell.search, type: "search" }]}
        choices={[]}
      />
      <section class="card" aria-label={say.credit}>
        <Paged of={users} none={say.noCustomer}>
          {(items) => (
            <ul class="rows">
              {items.map((user) => (
                <li key={user.id}>
                  <span>
                    <a href={link(["credit", user.id])}>{user.name ?? user.email}</a>
                    {user.name === null ? null : <span class="muted small below">{user.email}</span>}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Paged>
      </section>
    </Page>
  )
}

export const CreditOf = ({ id }: { readonly id: string }) => {
  const [adjusting, adjust] = useState(false)
  const [chosen, choose] = useState<string>()
  const params = { customerId: id }
  // whoever may not see customers sees the figures alone
  const user = useLoaded(() => call("administration.getUser", { params: { id } }).catch(() => undefined), id).value
  const balance = useLoaded(() => call("storedValue.storeCredit", { params }), id)
  const movements = usePaged((page) => call("storedValue.storeCreditMovements", { params, query: { limit: 25, ...page } }), id)
  return (
    <Page
      title={user === undefined ? say.credit : `${say.credit}: ${user.name ?? user.email}`}
      actions={<May to="store-credit:write"><button type="button" onClick={() => adjust(true)}>{say.adjust}</button></May>}
    >
      <Loaded of={balance}>
        {({ balance: { currency: own }, balances }) => (
          <>
            <p class="states">
              {balances.map((amount) => <strong key={amount.currency}>{say.toSpend(Format.money(amount))}</strong>)}
              <a href={link(["credit"])}>{say.allCustomers}</a>
            </p>
            {adjusting
              ? (
                <Dialog title={say.adjust} onClose={() => adjust(false)}>
                  <Form
                    submit={words.shell.save}
                    onSend={async (written, { key }) => {
                      const text = written.text("amount")
                      const amount = Format.parseMoney(text.replace(/^[-−]/, ""), chosen ?? own)
                      if (amount === undefined || amount.amount === 0) throw wrong("amount", words.field.money)
                      const signed = /^[-−]/.test(text) ? { ...amount, amount: -amount.amount } : amount
                      const changed = await call("storedValue.adjustStoreCredit", {
                        params,
                        payload: { amount: signed as never, reason: written.text("reason") }
                      }, { key })
                      balance.set(changed)
                      adjust(false)
                      tell(words.shell.saved)
                      void movements.reload()
                    }}
                  >
                    <CurrencyField value={chosen ?? own} onChoose={choose} others={balances.map(({ currency }) => currency)} />
                    <TextField name="amount" label={words.order.amount(chosen ?? own)} hint={say.minus} inputMode="text" />
                    <TextField name="reason" label={words.order.reason} />
                  </Form>
                </Dialog>
              )
              : null}
          </>
        )}
      </Loaded>
      <Movements of={movements} />
    </Page>
  )
}
