/**
 * What the page tells: problems, and that something was done.
 */
import type { ComponentChildren } from "preact"
import { useEffect, useState } from "preact/hooks"
import type { Problem } from "../api/Problem.ts"
import { words } from "../words/Words.ts"

const byCode = words.problem as Readonly<Record<string, string>>

/** Whether somebody else has changed meanwhile what was to be changed. */
export const isConflict = ({ code, status }: Problem): boolean => status === 412 || code === "version_conflict"

/** A problem in words: those of the page where it has any for it, otherwise what the shop says. */
export const inWords = (problem: Problem): string => {
  const own = byCode[problem.code]
  if (own !== undefined) return own
  if (isConflict(problem)) return words.problem.conflict
  if (problem.code === "idempotency_in_progress") return words.problem.under_way
  if (problem.status === 429) return words.problem.too_many
  return problem.message === "" ? words.problem.internal_error : problem.message
}

export const ProblemNotice = (
  { children, problem }: { readonly problem: Problem; readonly children?: ComponentChildren }
) => (
  <div class="notice problem" role="alert">
    <p>{inWords(problem)}</p>
    {problem.status >= 500 && problem.requestId !== "" ? <p class="muted small">{words.problem.number} {problem.requestId}</p> : null}
    {children}
  </div>
)

let tell: (text: string) => void = () => {}

/** Says that something was done, for a while. */
export const say = (text: string): void => tell(text)

const shownFor = 6_000

export const Sayings = () => {
  const [said, set] = useState({ text: "", at: 0 })
  tell = (text) => set({ text, at: Date.now() })
  useEffect(() => {
    if (said.text === "") return undefined
    const timer = setTimeout(() => set({ text: "", at: 0 }), shownFor)
    return () => clearTimeout(timer)
  }, [said])
  return <div class="sayings" role="status">{said.text === "" ? null : <p>{said.text}</p>}</div>
}
