/**
 * Promotions: which there are, what they did, and the making of simple ones. Those with rules that this page has no form for
 * are shown, and switched on and off.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { CheckField, ChoiceField, Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
import { type Store, useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.promotions

type Promotion = Answer<"promotions.list">["items"][number]
type NewPromotion = NonNullable<Request<"promotions.create">["payload"]>
type Kind = keyof typeof say.kinds

/** Percent with up to four places as parts per million: `"12.5"` is 125,000. */
export const partsPerMillion = (text: string): number | undefined => {
  const match = /^(\d{1,3})(?:[.,](\d{1,4}))?$/.exec(text)
  if (match === null) return undefined
  const [, whole = "", fraction = ""] = match
  const parts = Number(whole + fraction.padEnd(4, "0"))
  return parts >= 1 && parts <= 1_000_000 ? parts : undefined
}

const actionOf = (written: Written, kind: Kind, currency: string): NewPromotion["action"] => {
  if (kind === "free_shipping") return { type: kind, args: {} }
  if (kind === "percent_off_order") {
    const ratePpm = partsPerMillion(written.text("action.args.ratePpm"))
    if (ratePpm === undefined) throw wrong("action.args.ratePpm", say.percentWrong)
    return { type: kind, args: { ratePpm } }
  }
  const amount = Format.parseMoney(written.text("action.args.amount"), currency)
  if (amount === undefined) throw wrong("action.args.amount", words.field.money)
  return { type: kind, args: { amount: { ...amount } } }
}

const promotionOf = (written: Written, kind: Kind, byCode: boolean, store: Store): NewPromotion => {
  const currency = store.currency ?? "USD"
  const least = written.text("conditions.0.args.minimum")
  const minimum = least === "" ? undefined : Format.parseMoney(least, currency)
  if (least !== "" && minimum === undefined) throw wrong("conditions.0.args.minimum", words.field.money)
  const at = (name: string) => written.text(name) === "" ? null : Format.atWall(written.text(name), store)
  return {
    name: written.text("name"),
    action: actionOf(written, kind, currency),
    ...(minimum === undefined ? {} : { conditions: [{ type: "subtotal", args: { minimum: { ...minimum } } }] }),
    ...(byCode ? { trigger: "code", code: written.text("code") } : { trigger: "automatic" }),
    startsAt: at("startsAt"),
    endsAt: at("endsAt"),
    usageLimit: written.whole("usageLimit") ?? null,
    customerLimit: written.whole("customerLimit") ?? null,
    active: written.checked("active")
  }
}

const NewPromotionForm = ({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => void }) => {
  const store = useStore()
  const [kind, choose] = useState<Kind>("percent_off_order")
  const [trigger, triggerBy] = useState("automatic")
  const currency = store.currency ?? "USD"
  return (
    <Dialog title={say.add} onClose={onClose}>
      <Form
        submit={say.create}
        onSend={async (written, { key }) => {
          await call("promotions.create", { payload: promotionOf(written, kind, trigger === "code", store) }, { key })
          onClose()
          onDone()
        }}
      >
        <TextField name="name" label={say.name} hint={say.nameHint} />
        <div class="pair">
          <ChoiceField name="kind" label={say.kind} choices={Object.entries(say.kinds)} onChoose={(kind) => choose(kind as Kind)} />
          {kind === "percent_off_order"
            ? <TextField name="action.args.ratePpm" label={say.percent} inputMode="decimal" />
            : kind === "fixed_off_order"
            ? <TextField name="action.args.amount" label={words.order.amount(currency)} inputMode="decimal" />
            : null}
        </div>
        <div class="pair">
          <ChoiceField name="trigger" label={say.trigger} choices={Object.entries(say.triggers)} onChoose={triggerBy} />
          {trigger === "code" ? <TextField name="code" label={say.code} /> : null}
        </div>
        <TextField name="conditions.0.args.minimum" label={say.minimum(currency)} inputMode="decimal" optional />
        <div class="pair">
          <TextField name="startsAt" type="datetime-local" label={say.from} optional />
          <TextField name="endsAt" type="datetime-local" label={say.until} optional />
        </div>
        <div class="pair">
          <TextField name="usageLimit" label={say.limit} inputMode="numeric" optional />
          <TextField name="customerLimit" label={say.customerLimit} inputMode="numeric" optional />
        </div>
        <CheckField name="active" label={say.activeAtOnce} checked />
      </Form>
    </Dialog>
  )
}

/** What a promotion does, in words where the page has a form for it. */
const effectOf = ({ action: { args, type } }: Promotion): string => {
  const { amount, ratePpm } = args as { readonly amount?: Format.Money; readonly ratePpm?: number }
  if (type === "percent_off_order" && ratePpm !== undefined) return say.takesPercent(Format.number(ratePpm / 10_000))
  if (type === "fixed_off_order" && amount !== undefined) return say.takesAmount(Format.money(amount))
  return type === "free_shipping" ? say.kinds.free_shipping : type.replaceAll("_", " ")
}

const timeOf = ({ endsAt, startsAt }: Promotion, store: Store): string =>
  [
    startsAt === null ? undefined : `${say.since} ${Format.time(startsAt, store)}`,
    endsAt === null ? undefined : `${say.till} ${Format.time(endsAt, store)}`
  ].filter((text) => text !== undefined).join(", ")

export const Promotions = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const [making, make] = useState(false)
  const trigger = query.get("trigger") ?? ""
  const promotions = usePaged((page) =>
    call("promotions.list", {
      query: { limit: 50, ...(trigger === "code" || trigger === "automatic" ? { trigger } : {}), ...page }
    }), String(query))
  const toggle = async ({ active, id, version }: Promotion) => {
    await call("promotions.update", { params: { id }, payload: { active: !active, version } })
    tell(active ? say.off : say.on)
    await promotions.reload()
  }
  return (
    <Page title={words.sections.promotions} actions={<May to="promotions:write"><button type="button" onClick={() => make(true)}>{say.add}</button></May>}>
      <Filters
        label={words.shell.narrow}
        path={["promotions"]}
        query={query}
        choices={[{ name: "trigger", label: say.trigger, choices: Object.entries(say.triggers) }]}
      />
      <Listing
        of={promotions}
        label={words.sections.promotions}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.promotion,
            cell: (promotion) => (
              <Named below={[effectOf(promotion), timeOf(promotion, store)].filter((text) => text !== "").join(" · ")}>{promotion.name}</Named>
            )
          },
          {
            title: say.trigger,
            class: "wide-only",
            cell: ({ code, trigger }) => code === null ? say.triggers[trigger] : <code class="breaks">{code}</code>
          },
          {
            title: say.used,
            class: "number wide-only",
            cell: ({ usageLimit, use }) =>
              `${Format.number(use.used)}${usageLimit === null ? "" : ` / ${Format.number(usageLimit)}`}`
          },
          { title: say.spent, class: "number wide-only", cell: ({ use }) => Format.money(use.spent) },
          {
            title: words.orders.state,
            class: "number",
            cell: (promotion) => (
              <span class="actions">
                <Badge state={promotion.active ? "active" : "still"} text={promotion.active ? say.isOn : say.isOff} />
                <May to="promotions:write">
                  <Deed
                    text={promotion.active ? say.turnOff : say.turnOn}
                    label={`${promotion.active ? say.turnOff : say.turnOn}: ${promotion.name}`}
                    does={() => toggle(promotion)}
                  />
                </May>
              </span>
            )
          }
        ]}
      />
      {making
        ? (
          <NewPromotionForm
            onClose={() => make(false)}
            onDone={() => {
              tell(say.made)
              void promotions.reload()
            }}
          />
        )
        : null}
    </Page>
  )
}
