/**
 * States that plug-ins have added: the one that an order or a parcel is in, and into which it may go from there.
 */
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { useStore } from "../parts/Store.ts"
import { language, words } from "../words/Words.ts"

type State = Answer<"orders.states" | "fulfilments.states">["items"][number]

interface Stated {
  readonly status: string
  readonly state?: string
}

const titleOf = ({ name, title }: State): string => title[language] ?? title[language.slice(0, 2)] ?? title["en"] ?? name

const current = (states: ReadonlyArray<State>, { state, status }: Stated): State | undefined =>
  states.find(({ base, name }) => name === state && base === status)

/** What an added state is called, for entries of the timeline. */
export const titled = (states: ReadonlyArray<State>, name: string): string | undefined => {
  const state = states.find((one) => one.name === name)
  return state === undefined ? undefined : titleOf(state)
}

export const AddedStateBadge = ({ of, states }: { readonly of: Stated; readonly states: ReadonlyArray<State> }) => {
  const state = current(states, of)
  return state === undefined ? null : <Badge state={state.name} text={titleOf(state)} tone="busy" />
}

export const AddedStateDeeds = ({ change, of, states }: {
  readonly of: Stated
  readonly states: ReadonlyArray<State>
  readonly change: (state: string) => Promise<void>
}) => {
  const { may } = useStore()
  const here = current(states, of)
  const next = states.filter(({ base, from, permission }) =>
    base === of.status && from.includes(here?.name ?? of.status) && may(permission))
  const goesBack = here !== undefined && may(here.permission)
  if (next.length === 0 && !goesBack) return null
  return (
    <div class="actions">
      {next.map((state) => <Deed key={state.name} text={titleOf(state)} does={() => change(state.name)} />)}
      {goesBack ? <Deed text={words.order.stateBack(titleOf(here))} does={() => change(of.status)} /> : null}
    </div>
  )
}
