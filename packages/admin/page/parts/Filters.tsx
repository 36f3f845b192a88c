/**
 * What a list is narrowed by, kept in the address, so that it is there again when somebody comes back.
 */
import { useEffect, useRef } from "preact/hooks"
import { words } from "../words/Words.ts"
import { link, replace } from "./Router.ts"

export interface Choice {
  readonly name: string
  readonly label: string
  /** What may be chosen, with the words for it; everything besides, unless `whole` is `false`. */
  readonly choices: ReadonlyArray<readonly [string, string]>
  readonly whole?: boolean
}

export interface Written {
  readonly name: string
  readonly label: string
  readonly type: "search" | "date"
}

const WrittenFilter = ({ label, name, onChange, query, type }: Written & {
  readonly query: URLSearchParams
  readonly onChange?: () => void
}) => {
  const input = useRef<HTMLInputElement>(null)
  const value = query.get(name) ?? ""
  // links lead to other filters, too
  useEffect(() => {
    if (input.current !== null) input.current.value = value
  }, [value])
  return (
    <label class={type}>
      <span>{label}</span>
      <input ref={input} type={type as "search"} name={name} defaultValue={value} onChange={() => onChange?.()} />
    </label>
  )
}

export const Filters = ({ choices, label, path, query, search = [] }: {
  readonly label: string
  readonly path: ReadonlyArray<string>
  readonly query: URLSearchParams
  readonly search?: ReadonlyArray<Written>
  readonly choices: ReadonlyArray<Choice>
}) => {
  const form = useRef<HTMLFormElement>(null)
  const searched = search.filter(({ type }) => type === "search")
  const dates = search.filter(({ type }) => type === "date")
  const apply = () => {
    if (form.current === null) return
    const given = [...new FormData(form.current)].map(([name, value]) => [name, typeof value === "string" ? value.trim() : ""])
    replace(link(path, Object.fromEntries(given) as Record<string, string>))
  }
  return (
    <form
      ref={form}
      class="filters"
      role="search"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      {searched.length === 0 ? null : (
        <div>
          {searched.map((written) => <WrittenFilter key={written.name} {...written} query={query} />)}
          <button type="submit" class="quiet">{words.shell.search}</button>
        </div>
      )}
      <div>
        {dates.map((written) => <WrittenFilter key={written.name} {...written} query={query} onChange={apply} />)}
        {choices.map(({ choices, label, name, whole = true }) => (
          <label key={name}>
            <span>{label}</span>
            <select name={name} onChange={apply}>
              {whole ? <option value="">{words.shell.all}</option> : null}
              {choices.map(([key, text]) => <option key={key} value={key} selected={query.get(name) === key}>{text}</option>)}
            </select>
          </label>
        ))}
      </div>
    </form>
  )
}

/** The state that a list is narrowed to; whatever else the address says is none. */
export const stateIn = <S extends string>(query: URLSearchParams, states: Readonly<Record<S, string>>): S | undefined => {
  const chosen = query.get("status") ?? ""
  return Object.hasOwn(states, chosen) ? chosen as S : undefined
}

/** Narrows a list by the state of what is in it, and by nothing else. */
export const StateFilter = ({ path, query, states, whole = true }: {
  readonly path: ReadonlyArray<string>
  readonly query: URLSearchParams
  readonly states: Readonly<Record<string, string>>
  /** Whether all of them may be looked at together. */
  readonly whole?: boolean
}) => (
  <Filters
    label={words.shell.narrow}
    path={path}
    query={query}
    choices={[{ name: "status", label: words.orders.state, choices: Object.entries(states), whole }]}
  />
)
