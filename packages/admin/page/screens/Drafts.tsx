/**
 * Orders that staff put together for buyers.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { Badge } from "../parts/Badge.tsx"
import { shortOf } from "../parts/Case.tsx"
import { CurrencyField } from "../parts/Currency.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { StateFilter, stateIn } from "../parts/Filters.tsx"
import { Form, LongField, TextField } from "../parts/Form.tsx"
import { May } from "../parts/May.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { type Picked, VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"

const say = words.drafts

const NewDraft = ({ onClose }: { readonly onClose: () => void }) => {
  const [goods, add] = useState<ReadonlyArray<Picked>>([])
  return (
    <Dialog title={say.add} onClose={onClose}>
      <Form
        submit={say.create}
        onSend={async (written, { key }) => {
          const lines = goods.flatMap(({ variantId }, index) => {
            const quantity = written.whole(`lines.${index}.quantity`) ?? 0
            return quantity === 0 ? [] : [{ variantId: variantId as never, quantity }]
          })
          const draft = await call("draftOrders.create", {
            payload: {
              email: written.orNull("email"),
              lines,
              note: written.orNull("note"),
              ...(written.text("currency") === "" ? {} : { currency: written.text("currency") })
            }
          }, { key })
          onClose()
          go(link(["drafts", draft.id]))
        }}
      >
        <TextField name="email" type="email" inputMode="email" label={words.signIn.email} optional />
        <CurrencyField />
        {goods.map((one, index) => (
          <TextField
            key={one.variantId}
            name={`lines.${index}.quantity`}
            label={one.title}
            hint={Format.money(one.price)}
            inputMode="numeric"
            value="1"
          />
        ))}
        <VariantPicker
          label={words.edit.add}
          onPick={(picked) => add((before) => before.some(({ variantId }) => variantId === picked.variantId) ? before : [...before, picked])}
        />
        <LongField name="note" label={say.note} hint={say.noteHint} rows={2} optional />
      </Form>
    </Dialog>
  )
}

export const Drafts = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const [making, make] = useState(false)
  const status = stateIn(query, say.states)
  const drafts = usePaged((page) =>
    call("draftOrders.list", { query: { limit: 25, ...(status === undefined ? {} : { status }), ...page } }), status ?? "")
  return (
    <Page
      title={words.sections.drafts}
      actions={<May to="orders:write"><button type="button" onClick={() => make(true)}>{say.add}</button></May>}
    >
      <StateFilter path={["drafts"]} query={query} states={say.states} />
      <Listing
        of={drafts}
        label={words.sections.drafts}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.one,
            cell: ({ email, id }) => <Named below={email ?? say.nobody}><a href={link(["drafts", id])}>{say.one} {shortOf(id)}</a></Named>
          },
          { title: say.until, class: "wide-only", cell: ({ expiresAt }) => Format.time(expiresAt, store) },
          { title: words.orders.state, cell: ({ status }) => <Badge state={`draft_${status}`} text={say.states[status]} /> },
          { title: words.orders.total, class: "number", cell: ({ total }) => Format.money(total) }
        ]}
      />
      {making ? <NewDraft onClose={() => make(false)} /> : null}
    </Page>
  )
}

