/**
 * Something that is read from the API and shown once it is there.
 */
import { type ComponentChildren, createContext } from "preact"
import { useCallback, useEffect, useRef, useState } from "preact/hooks"
import { from, type Problem } from "../api/Problem.ts"
import { words } from "../words/Words.ts"
import { isConflict, ProblemNotice, say } from "./Notice.tsx"

export interface Loading<A> {
  readonly value: A | undefined
  readonly problem: Problem | undefined
  readonly busy: boolean
  /** Reads it again; what was read stays until then. */
  readonly reload: () => Promise<void>
  /** Puts something newer in its place. */
  readonly set: (value: A) => void
}

/** Reads something now and whenever `of` changes. Only the latest answer counts. */
export const useLoaded = <A,>(read: () => Promise<A>, of: string): Loading<A> => {
  const [state, setState] = useState<{ value?: A; problem?: Problem; busy: boolean; of: string }>({ busy: true, of })
  const turn = useRef(0)
  const reading = useRef(read)
  reading.current = read
  const reload = useCallback(async () => {
    const mine = ++turn.current
    setState(({ problem: _problem, ...state }) => ({ ...state, busy: true }))
    const answer = await reading.current().then((value) => ({ value }), (error: unknown) => ({ problem: from(error) }))
    if (mine === turn.current) setState((before) => ({ ...("value" in answer ? {} : before), ...answer, busy: false, of }))
  }, [of])
  useEffect(() => {
    void reload()
    return () => {
      turn.current++
    }
  }, [reload])
  const set = useCallback((value: A) => {
    turn.current++
    setState({ value, busy: false, of })
  }, [of])
  return { value: state.value, problem: state.problem, busy: state.busy, reload, set }
}

/** How what is around is read anew, as where somebody else has changed it. */
export const ReloadContext = createContext<(() => Promise<void>) | undefined>(undefined)

/** A problem, and where somebody else was faster the way out of it. */
export const ConflictNotice = ({ children, onReloaded, problem, reload }: {
  readonly problem: Problem
  readonly reload: (() => Promise<void>) | undefined
  readonly onReloaded: () => void
  readonly children?: ComponentChildren
}) => (
  <ProblemNotice problem={problem}>
    {children}
    {reload === undefined || !isConflict(problem) ? null : (
      <button
        type="button"
        class="quiet"
        onClick={() =>
          void reload().then(() => {
            onReloaded()
            say(words.shell.reloaded)
          })}
      >
        {words.shell.reload}
      </button>
    )}
  </ProblemNotice>
)

export const Loaded = <A,>(
  { children, of }: { readonly of: Loading<A>; readonly children: (value: A) => ComponentChildren }
) => {
  if (of.value !== undefined) {
    return (
      <>
        {of.problem === undefined ? null : <ProblemNotice problem={of.problem} />}
        <ReloadContext.Provider value={of.reload}>{children(of.value)}</ReloadContext.Provider>
      </>
    )
  }
  if (of.problem !== undefined) {
    return (
      <ProblemNotice problem={of.problem}>
        <button type="button" class="quiet" onClick={() => void of.reload()}>{words.shell.retry}</button>
      </ProblemNotice>
    )
  }
  return <p class="loading" role="status">{words.shell.loading} …</p>
}
