/**
 * The rule of a collection: its conditions, and what it would hold, seen before it is saved.
 */
import { useEffect, useRef, useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { from, type Problem } from "../api/Problem.ts"
import { Badge } from "../parts/Badge.tsx"
import { CheckField, ChoiceField, Form, TextField, wrong } from "../parts/Form.tsx"
import { type Loading, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { ProblemNotice } from "../parts/Notice.tsx"
import { Pictured } from "../parts/Pictured.tsx"
import { link } from "../parts/Router.ts"
import { type Store, useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.rule

type Collection = Answer<"adminCollections.get">
type Rule = NonNullable<Collection["rule"]>
type Condition = Rule["conditions"][number]
type Field = Condition["field"]
type Match = Rule["match"]
type Preview = Answer<"adminCollections.preview">

/** A condition as it is being written: everything is text. */
interface Draft {
  readonly key: number
  readonly field: Field
  readonly not: boolean
  readonly value: string
  readonly from: string
  readonly to: string
  readonly days: string
}

const fields = Object.keys(say.fields) as ReadonlyArray<Field>

/** As many as the shop takes. */
const mostConditions = 20

const empty = { not: false, value: "", from: "", to: "", days: "" } as const

const draftOf = (condition: Condition, key: number, store: Store): Draft => {
  const draft = { ...empty, key, field: condition.field, not: condition.not ?? false }
  const money = (amount: number | undefined) =>
    amount === undefined ? "" : Format.written({ amount, currency: store.currency ?? "USD" })
  const wall = (at: string | undefined) => at === undefined ? "" : Format.onWall(at, store)
  switch (condition.field) {
    case "category":
      return { ...draft, value: condition.category }
    case "brand":
      return { ...draft, value: condition.brand }
    case "vendor":
      return { ...draft, value: condition.vendor }
    case "tag":
      return { ...draft, value: condition.tag }
    case "attribute":
      return { ...draft, value: condition.is }
    case "price":
      return { ...draft, from: money(condition.from), to: money(condition.to) }
    case "created":
      return {
        ...draft,
        from: wall(condition.from),
        to: wall(condition.until),
        days: condition.withinDays === undefined ? "" : String(condition.withinDays)
      }
    default:
      return draft
  }
}

/** What was written as a condition. Problems name the field that they are about. */
const conditionOf = (draft: Draft, index: number, store: Store): Condition => {
  const at = (name: string) => `rule.conditions.${index}.${name}`
  const not = draft.not ? { not: true } : {}
  const given = (name: string) => {
    if (draft.value.trim() === "") throw wrong(at(name), words.field.required)
    return draft.value.trim()
  }
  const amount = (name: "from" | "to") => {
    if (draft[name].trim() === "") return {}
    const money = Format.parseMoney(draft[name], store.currency ?? "USD")
    if (money === undefined) throw wrong(at(name), words.field.money)
    return { [name]: money.amount }
  }
  const moment = (name: "from" | "until", text: string) => text === "" ? {} : { [name]: Format.atWall(text, store) as never }
  switch (draft.field) {
    case "category":
    case "brand":
    case "vendor":
    case "tag":
      return { field: draft.field, [draft.field]: given(draft.field), ...not } as unknown as Condition
    case "attribute":
      return { field: "attribute", is: given("is") as never, ...not }
    case "price": {
      const bounds = { ...amount("from"), ...amount("to") }
      if (Object.keys(bounds).length === 0) throw wrong(at("from"), say.someBound)
      return { field: "price", ...bounds, ...not }
    }
    case "created": {
      const days = draft.days.trim()
      if (days !== "" && !/^[1-9]\d{0,4}$/.test(days)) throw wrong(at("withinDays"), words.field.whole)
      const bounds = {
        ...moment("from", draft.from),
        ...moment("until", draft.to),
        ...(days === "" ? {} : { withinDays: Number(days) })
      }
      if (Object.keys(bounds).length === 0) throw wrong(at("withinDays"), say.someBound)
      return { field: "created", ...bounds, ...not }
    }
    default:
      return { field: draft.field, ...not }
  }
}

const ruleOf = (match: Match, drafts: ReadonlyArray<Draft>, store: Store): Rule => ({
  match,
  conditions: drafts.map((draft, index) => conditionOf(draft, index, store))
})

type Names = ReadonlyArray<readonly [string, string]>

/** What may be chosen, with what is chosen already even if nobody knows it any more. */
const choicesOf = (names: Names, value: string): Names =>
  value === "" ? [["", say.choose], ...names] : names.some(([id]) => id === value) ? names : [...names, [value, value]]

const ConditionFields = ({ brands, categories, draft, index, onChange, onRemove }: {
  readonly draft: Draft
  readonly index: number
  readonly categories: Names
  readonly brands: Names
  readonly onChange: (changed: Partial<Draft>) => void
  readonly onRemove: (() => void) | undefined
}) => {
  const currency = useStore().currency ?? "USD"
  const at = (name: string) => `rule.conditions.${index}.${name}`
  const text = (name: string, label: string, of: "value" | "from" | "to" | "days", more: object = {}) => (
    <TextField name={at(name)} label={label} value={draft[of]} onInput={(value) => onChange({ [of]: value })} {...more} />
  )
  const { field } = draft
  return (
    <fieldset>
      <legend>{say.condition(index + 1)}</legend>
      <div class="pair">
        <ChoiceField
          name={at("field")}
          label={say.field}
          value={field}
          choices={Object.entries(say.fields)}
          onChoose={(chosen) => onChange({ ...empty, field: fields.find((name) => name === chosen) ?? "tag" })}
        />
        {field === "category" || field === "brand"
          ? (
            <ChoiceField
              name={at(field)}
              label={say.is[field]}
              value={draft.value}
              choices={choicesOf(field === "category" ? categories : brands, draft.value)}
              onChoose={(value) => onChange({ value })}
            />
          )
          : field === "vendor" || field === "tag"
          ? text(field, say.is[field], "value")
          : field === "attribute"
          ? text("is", say.is.attribute, "value", { hint: say.attributeHint })
          : null}
      </div>
      {field === "price"
        ? (
          <div class="pair">
            {text("from", say.from(currency), "from", { inputMode: "decimal", optional: true })}
            {text("to", say.to(currency), "to", { inputMode: "decimal", optional: true })}
          </div>
        )
        : null}
      {field === "created"
        ? (
          <>
            {text("withinDays", say.withinDays, "days", { inputMode: "numeric", optional: true })}
            <div class="pair">
              {text("from", say.since, "from", { type: "datetime-local", optional: true })}
              {text("until", say.until, "to", { type: "datetime-local", optional: true })}
            </div>
          </>
        )
        : null}
      <div class="actions">
        <CheckField name={at("not")} label={say.not} checked={draft.not} onCheck={(not) => onChange({ not })} />
        {onRemove === undefined
          ? null
          : <button type="button" class="danger" aria-label={`${say.remove}: ${say.condition(index + 1)}`} onClick={onRemove}>{say.remove}</button>}
      </div>
    </fieldset>
  )
}

/** Asks some time after the last change. */
const pause = 300

interface Seen {
  readonly preview?: Preview
  readonly problem?: Problem
  readonly unfinished?: boolean
}

const usePreview = (match: Match, drafts: ReadonlyArray<Draft>, sort: Collection["sort"], store: Store): Seen => {
  const [seen, see] = useState<Seen>({})
  const turn = useRef(0)
  const written = JSON.stringify([match, drafts, sort])
  useEffect(() => {
    const mine = ++turn.current
    const look = async (): Promise<Seen> => {
      let rule: Rule
      try {
        rule = ruleOf(match, drafts, store)
      } catch {
        // what is not written to its end yet is no mistake
        return { unfinished: true }
      }
      const payload = { rule, limit: 6, ...(sort === "manual" ? {} : { sort }) } as Request<"adminCollections.preview">["payload"]
      return call("adminCollections.preview", { payload }).then((preview) => ({ preview }), (error: unknown) => ({ problem: from(error) }))
    }
    const show = async () => {
      const found = await look()
      if (mine === turn.current) see(found)
    }
    const timer = setTimeout(() => void show(), pause)
    return () => {
      turn.current++
      clearTimeout(timer)
    }
  }, [written])
  return seen
}

const PreviewOf = ({ seen: { preview, problem, unfinished } }: { readonly seen: Seen }) => (
  <section class="stack" aria-label={say.preview}>
    <h3>{say.preview}</h3>
    <p role="status" class="muted">
      {preview === undefined
        ? unfinished === true ? say.unfinished : problem === undefined ? `${words.shell.loading} …` : ""
        : say.holds(Format.number(preview.count), preview.count, preview.more, Format.number(preview.published))}
    </p>
    {problem === undefined ? null : <ProblemNotice problem={problem} />}
    {preview === undefined || preview.items.length === 0 ? null : (
      <ul class="rows">
        {preview.items.map((product) => (
          <li key={product.id}>
            <Pictured image={product.image}><a href={link(["products", product.id])}>{product.title}</a></Pictured>
            {product.status === "active" ? null : <Badge state={product.status} text={words.product.states[product.status]} />}
          </li>
        ))}
      </ul>
    )}
  </section>
)

/** Names of what there is to choose, by their ids. */
export const useNames = (read: () => Promise<{ readonly items: ReadonlyArray<{ readonly id: string; readonly name: string }> }>, of: string): Names => {
  const names: Loading<Names> = useLoaded<Names>(async () => (await read()).items.map(({ id, name }) => [id, name] as const), of)
  return names.value ?? []
}

export const RuleOf = ({ collection, onCancel, onDone }: {
  readonly collection: Collection
  readonly onDone: (changed: Collection) => void
  /** For one that has no rule yet. */
  readonly onCancel?: () => void
}) => {
  const store = useStore()
  const [match, choose] = useState<Match>(collection.rule?.match ?? "all")
  const [drafts, write] = useState<ReadonlyArray<Draft>>(() =>
    collection.rule === null
      ? [{ ...empty, key: 0, field: "tag" }]
      : collection.rule.conditions.map((condition, index) => draftOf(condition, index, store)))
  const nextKey = useRef(drafts.length)
  const categories = useNames(() => call("categories.list"), "categories")
  const brands = useNames(() => call("adminBrands.list", { query: { limit: 100 } }), "brands")
  const seen = usePreview(match, drafts, collection.sort, store)
  const save = async (rule: Rule | null) =>
    onDone(
      await call("adminCollections.update", {
        params: { id: collection.id },
        payload: {
          rule,
          version: collection.version,
          // the order of the hand is for what is chosen by hand
          ...(rule !== null && collection.sort === "manual" ? { sort: "-createdAt" } : {})
        } as Request<"adminCollections.update">["payload"]
      })
    )
  return (
    <section class="card stack">
      <h2>{say.title}</h2>
      <Form
        to="catalog:write"
        submit={say.save}
        onSend={() => save(ruleOf(match, drafts, store))}
        quiet={onCancel === undefined
          ? undefined
          : <button type="button" class="quiet" onClick={onCancel}>{words.shell.cancel}</button>}
      >
        <ChoiceField
          name="rule.match"
          label={say.match}
          value={match}
          choices={Object.entries(say.matches)}
          onChoose={(chosen) => choose(chosen === "any" ? "any" : "all")}
        />
        {drafts.map((draft, index) => (
          <ConditionFields
            key={draft.key}
            draft={draft}
            index={index}
            categories={categories}
            brands={brands}
            onChange={(changed) => write((before) => before.map((one) => one.key === draft.key ? { ...one, ...changed } : one))}
            onRemove={drafts.length === 1 ? undefined : () => write((before) => before.filter(({ key }) => key !== draft.key))}
          />
        ))}
        {drafts.length >= mostConditions ? null : (
          <May to="catalog:write">
            <div class="actions">
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  const key = nextKey.current++
                  write((before) => [...before, { ...empty, key, field: "tag" }])
                }}
              >
                {say.add}
              </button>
            </div>
          </May>
        )}
        <PreviewOf seen={seen} />
      </Form>
      {collection.rule === null ? null : (
        <May to="catalog:write">
          <details>
            <summary>{say.byHand}</summary>
            <Form submit={say.byHandButton} onSend={() => save(null)}>
              <p>{say.byHandText}</p>
            </Form>
          </details>
        </May>
      )}
    </section>
  )
}
