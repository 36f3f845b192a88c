/**
 * Finds something by words and hands out what is chosen of it.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks"
import { from, type Problem } from "../api/Problem.ts"
import { ProblemNotice } from "./Notice.tsx"

/** Searches some time after the last letter. */
const pause = 250

export const Picker = <A,>({ find, found: saysFound, hint, keyOf, label, nameOf, onPick }: {
  readonly label: string
  readonly hint: string
  /** Says how many were found. */
  readonly found: (count: number) => string
  readonly find: (text: string) => Promise<ReadonlyArray<A>>
  readonly keyOf: (one: A) => string
  readonly nameOf: (one: A) => string
  readonly onPick: (one: A) => void | Promise<void>
}) => {
  const id = useId()
  const [text, write] = useState("")
  const [found, show] = useState<ReadonlyArray<A>>()
  const [problem, tell] = useState<Problem>()
  const turn = useRef(0)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const mine = ++turn.current
    const wanted = text.trim()
    if (wanted === "") {
      show(undefined)
      return undefined
    }
    const timer = setTimeout(() => {
      find(wanted).then((all) => {
        if (mine === turn.current) show(all)
      }, (error: unknown) => {
        if (mine === turn.current) tell(from(error))
      })
    }, pause)
    return () => clearTimeout(timer)
  }, [text])
  const pick = (one: A) => {
    tell(undefined)
    Promise.resolve(onPick(one)).then(() => {
      write("")
      // the list goes away with whatever had the focus in it, and the next may be looked for
      input.current?.focus()
    }, (error: unknown) => tell(from(error)))
  }
  return (
    <div class="field picker">
      <label for={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="search"
        autocomplete="off"
        value={text}
        placeholder={hint}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          // in a form, Enter would send it
          if (event.key !== "Enter") return
          event.preventDefault()
          const [first] = found ?? []
          if (first !== undefined) pick(first)
        }}
      />
      <div role="status" class="small muted">{found === undefined ? "" : saysFound(found.length)}</div>
      {found === undefined || found.length === 0 ? null : (
        <ul class="rows">
          {found.map((one) => (
            <li key={keyOf(one)}>
              <button type="button" class="link" onClick={() => pick(one)}>{nameOf(one)}</button>
            </li>
          ))}
        </ul>
      )}
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
    </div>
  )
}
