/**
 * Lists that are read a piece at a time.
 */
import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"
import { from, type Problem } from "../api/Problem.ts"
import { words } from "../words/Words.ts"
import { Loaded, type Loading, useLoaded } from "./Loaded.tsx"
import { ProblemNotice } from "./Notice.tsx"

interface Piece<A> {
  readonly items: ReadonlyArray<A>
  readonly nextCursor: string | null
}

export interface Paging<A> extends Loading<Piece<A>> {
  /** Reads the next piece, and puts it behind. */
  readonly more: () => Promise<void>
}

/** Reads the first piece now and whenever `of` changes. */
export const usePaged = <A,>(read: (page: { readonly after?: string }) => Promise<Piece<A>>, of: string): Paging<A> => {
  const first = useLoaded(() => read({}), of)
  const more = async () => {
    const { value } = first
    if (value === undefined || value.nextCursor === null) return
    const next = await read({ after: value.nextCursor })
    first.set({ items: [...value.items, ...next.items], nextCursor: next.nextCursor })
  }
  return { ...first, more }
}

export const Paged = <A,>({ children, none = words.shell.none, of }: {
  readonly of: Paging<A>
  readonly none?: string
  readonly children: (items: ReadonlyArray<A>) => ComponentChildren
}) => {
  const [problem, tell] = useState<Problem>()
  const [busy, work] = useState(false)
  const more = () => {
    if (busy) return
    work(true)
    of.more().then(() => tell(undefined), (error: unknown) => tell(from(error))).finally(() => work(false))
  }
  return (
    <Loaded of={of}>
      {({ items, nextCursor }) => (
        <div aria-busy={of.busy} class="stack">
          {items.length === 0 ? <p class="muted">{none}</p> : children(items)}
          {problem === undefined ? null : <ProblemNotice problem={problem} />}
          {nextCursor === null ? null : (
            <div class="actions">
              <button type="button" class="quiet" aria-disabled={busy} onClick={more}>{words.shell.more}</button>
            </div>
          )}
        </div>
      )}
    </Loaded>
  )
}
