/**
 * The license keys of a variant: how many are left, who waits for one, and keys that are put into the pool.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, Form, LongField, TextField, wrong } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.licenses

type Pool = Answer<"licenseKeys.pool">

const Counts = ({ pool }: { readonly pool: Pool }) => (
  <section class="card figures stack" aria-label={say.counts}>
    <dl>
      {(["free", "given", "waiting", "voided"] as const).map((state) => (
        <div key={state} class="figure">
          <dt>{say.states[state]}</dt>
          <dd><strong>{Format.number(pool[state])}</strong></dd>
        </div>
      ))}
    </dl>
    <p>
      {pool.waiting > 0
        ? <Badge state="waits" tone="bad" text={say.wait(pool.waiting)} />
        : pool.gives && pool.free <= pool.lowAt
        ? <Badge state="low" tone="waits" text={say.low} />
        : <Badge state={pool.gives ? "active" : "still"} text={pool.gives ? say.gives : say.givesNone} />}
    </p>
  </section>
)

/** What became of lines that were given: none of them is shown again, as keys are secrets. */
const duplicatesOf = ({ duplicates, imported }: Answer<"licenseKeys.import">): string => {
  const [first] = duplicates
  const lines = duplicates.slice(0, 10).map(({ line }) => Format.number(line)).join(", ")
  return first === undefined
    ? say.imported(imported)
    : `${say.imported(imported)} ${say.leftOut(duplicates.length, duplicates.length > 10 ? `${lines} …` : lines)}`
}

const Import = ({ onDone, variantId }: { readonly variantId: string; readonly onDone: (pool: Pool, said: string) => void }) => {
  // a new form is empty, so that no key stays to be seen
  const [turn, next] = useState(0)
  const [said, set] = useState("")
  return (
    <section class="card stack">
      <h2>{say.add}</h2>
      <Form
        key={turn}
        submit={say.addButton}
        onSend={async (written) => {
          if (written.text("keys") === "") throw wrong("keys", words.field.required)
          const answer = await call("licenseKeys.import", { params: { id: variantId }, payload: { keys: written.text("keys") } })
          next(turn + 1)
          set(answer.duplicates.length === 0 ? "" : duplicatesOf(answer))
          onDone(answer.pool, say.imported(answer.imported))
        }}
      >
        <LongField name="keys" label={say.keys} hint={say.keysHint} rows={6} />
      </Form>
      {said === "" ? null : <p class="muted">{said}</p>}
    </section>
  )
}

/** Keys that nobody shall get any more. Only their lines are named afterwards, as keys are secrets. */
const Withdraw = ({ onDone, variantId }: { readonly variantId: string; readonly onDone: (pool: Pool, said: string) => void }) => {
  const [open, set] = useState(false)
  const [others, tellOthers] = useState<Answer<"licenseKeys.withdraw">["others"]>([])
  return (
    <section class="card stack">
      <h2>{say.withdraw}</h2>
      <p class="muted">{say.withdrawText}</p>
      <div><button type="button" class="quiet" onClick={() => set(true)}>{say.withdraw}</button></div>
      {others.length === 0 ? null : (
        <ul class="rows">
          {others.slice(0, 50).map(({ is, line }) => <li key={line}>{say.notWithdrawn(Format.number(line), say.otherwise[is])}</li>)}
          {others.length > 50 ? <li>…</li> : null}
        </ul>
      )}
      {open
        ? (
          <Dialog title={say.withdraw} onClose={() => set(false)}>
            <Form
              submit={say.withdrawButton}
              submitClass="danger"
              onSend={async (written) => {
                const keys = written.text("keys")
                if (keys === "") throw wrong("keys", words.field.required)
                const answer = await call("licenseKeys.withdraw", { params: { id: variantId }, payload: { keys } })
                tellOthers(answer.others)
                set(false)
                onDone(answer.pool, say.withdrawn(answer.withdrawn))
              }}
            >
              <p>{say.withdrawText}</p>
              <LongField name="keys" label={say.withdrawKeys} rows={6} />
            </Form>
          </Dialog>
        )
        : null}
    </section>
  )
}

/** Keys themselves, which are read when somebody asks for them: the record says who has. */
const Revealed = ({ variantId }: { readonly variantId: string }) => {
  const store = useStore()
  const keys = usePaged((page) => call("licenseKeys.list", { params: { id: variantId }, query: { limit: 50, ...page } }), variantId)
  return (
    <Paged of={keys} none={say.noKeys}>
      {(items) => (
        <ul class="rows">
          {items.map((key) => (
            <li key={key.id}>
              <span>
                <code class="breaks">{key.key}</code>
                <span class="muted small below">{Format.time(key.createdAt, store)}</span>
              </span>
              {key.orderId === null ? null : <a href={link(["orders", key.orderId])}>{say.itsOrder}</a>}
              <Badge state={key.state} tone={key.state === "free" ? "good" : "still"} text={say.keyStates[key.state]} />
            </li>
          ))}
        </ul>
      )}
    </Paged>
  )
}

const Keys = ({ variantId }: { readonly variantId: string }) => {
  const [shown, show] = useState(false)
  return (
    <section class="card stack">
      <h2>{say.pool}</h2>
      {shown ? <Revealed variantId={variantId} /> : (
        <>
          <p class="muted">{say.revealText}</p>
          <div><button type="button" class="quiet" onClick={() => show(true)}>{say.reveal}</button></div>
        </>
      )}
    </section>
  )
}

export const LicensePool = ({ productId, variantId }: { readonly productId: string; readonly variantId: string }) => {
  const { may } = useStore()
  const pool = useLoaded(() => call("licenseKeys.pool", { params: { id: variantId } }), variantId)
  const mayName = may("catalog:read")
  const product = useLoaded(async () => mayName ? await call("adminProducts.get", { params: { idOrSlug: productId } }) : undefined, productId)
  const variant = product.value?.variants.find(({ id }) => id === variantId)
  const named = [product.value?.title, product.value?.variants.length === 1 ? undefined : variant?.title].filter((name) => name !== undefined).join(", ")
  return (
    <Page title={named === "" ? say.title : say.titleOf(named)}>
      <p class="states"><a href={link(["products", productId])}>{say.back}</a></p>
      <Loaded of={pool}>
        {(value) => (
          <div class="stack">
            <Counts pool={value} />
            <div class="columns even">
              <May to="license-keys:write">
                <Import
                  variantId={variantId}
                  onDone={(changed, said) => {
                    pool.set(changed)
                    tell(said)
                  }}
                />
              </May>
              <div class="stack">
                <May to="license-keys:write">
                  <Withdraw
                    variantId={variantId}
                    onDone={(changed, said) => {
                      pool.set(changed)
                      tell(said)
                    }}
                  />
                </May>
                <section class="card stack">
                  <h2>{say.settings}</h2>
                  <Form
                    to="license-keys:write"
                    submit={words.shell.save}
                    onSend={async (written) => {
                      const lowAt = written.whole("lowAt")
                      if (lowAt === undefined) throw wrong("lowAt", words.field.whole)
                      pool.set(await call("licenseKeys.setPool", { params: { id: variantId }, payload: { gives: written.checked("gives"), lowAt } }))
                      tell(words.shell.saved)
                    }}
                  >
                    <CheckField name="gives" label={say.givesLabel} checked={value.gives} />
                    <TextField name="lowAt" label={say.lowAt} hint={say.lowAtHint} inputMode="numeric" value={String(value.lowAt)} />
                  </Form>
                </section>
                <May to="license-keys:reveal"><Keys variantId={variantId} /></May>
              </div>
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  )
}
