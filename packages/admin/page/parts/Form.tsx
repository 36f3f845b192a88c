/**
 * Forms that show what is wrong beside the field that it is about.
 */
import { type ComponentChildren, createContext, type RefObject } from "preact"
import { useContext, useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks"
import { newKey } from "../api/Api.ts"
import { type Fault, from, Problem } from "../api/Problem.ts"
import { words } from "../words/Words.ts"
import { ConflictNotice, ReloadContext } from "./Loaded.tsx"
import { useStore } from "./Store.ts"
import { settled, wrote } from "./Unsaved.ts"

interface FormState {
  /** The name of a field is the path of what it stands for: `"variants.0.price"`. */
  readonly faults: ReadonlyMap<string, string>
  readonly busy: boolean
  /** Whether what was written stays where something newer was read beneath it. */
  readonly holds: { readonly current: boolean }
}

const FormContext = createContext<FormState>({ faults: new Map(), busy: false, holds: { current: false } })

export interface Attempt {
  /** The same when the same is sent again, and another one once anything was changed. */
  readonly key: string
}

/** Says by itself what is wrong with a field, as the shop would. */
export const wrong = (name: string, message: string): Problem =>
  new Problem(400, { code: "invalid_input", errors: [{ path: name.split("."), message }] satisfies ReadonlyArray<Fault> })

/** The field that a fault is about: of `"words.3"` it is that of `"words"`, where the words are one field. */
const fieldOf = (form: HTMLFormElement | null, { path }: Fault): string | undefined => {
  for (let end = path.length; end > 0; end--) {
    const name = path.slice(0, end).join(".")
    if (form?.elements.namedItem(name)) return name
  }
  return undefined
}

/** What is said of a field: of one that is empty, that it is needed. */
const saidOf = (form: HTMLFormElement | null, field: string, message: string): string => {
  const element = form?.elements.namedItem(field)
  return (element instanceof HTMLInputElement && element.type !== "checkbox" || element instanceof HTMLTextAreaElement) && element.value.trim() === ""
    ? words.field.required
    : message
}

const text = (value: FormDataEntryValue | null): string => typeof value === "string" ? value.trim() : ""

/** What was written, by the names of fields. */
export class Written {
  readonly data: FormData
  constructor(data: FormData) {
    this.data = data
  }
  text(name: string): string {
    return text(this.data.get(name))
  }
  /** `null` for a field that was left empty. */
  orNull(name: string): string | null {
    const value = this.text(name)
    return value === "" ? null : value
  }
  checked(name: string): boolean {
    return this.data.get(name) !== null
  }
  all(name: string): ReadonlyArray<string> {
    return this.data.getAll(name).map(text)
  }
  /** A whole number; a field that is left empty is `undefined`. */
  whole(name: string): number | undefined {
    const value = this.text(name)
    if (value === "") return undefined
    if (!/^-?\d{1,9}$/.test(value)) throw wrong(name, words.field.whole)
    return Number(value)
  }
}

export const Form = ({ busyLabel, children, class: className, label, loose = false, onReload, onSend, submit, submitClass = "", quiet, to }: {
  readonly children?: ComponentChildren
  readonly onSend: (written: Written, attempt: Attempt) => Promise<void>
  readonly submit: string
  readonly submitClass?: string
  readonly busyLabel?: string
  /** What is written into it may be lost unasked, such as a password. */
  readonly loose?: boolean
  readonly class?: string
  readonly label?: string
  /** The permission without which it is shown and cannot be sent. */
  readonly to?: string
  /** Reads anew what somebody else has changed meanwhile; what was written stays. */
  readonly onReload?: () => Promise<void>
  /** Further buttons beside the one that sends. */
  readonly quiet?: ComponentChildren
}) => {
  const [state, set] = useState<{ busy: boolean; problem?: Problem }>({ busy: false })
  const { may } = useStore()
  const sends = to === undefined || may(to)
  const form = useRef<HTMLFormElement>(null)
  const key = useRef(newKey())
  const holds = useRef(false)
  const around = useContext(ReloadContext)
  const reload = onReload ?? around
  const found = (state.problem?.faults ?? []).map((fault) => ({ message: fault.message, path: fault.path, field: fieldOf(form.current, fault) }))
  const faults = new Map(found.flatMap(({ field, message }) => field === undefined ? [] : [[field, saidOf(form.current, field, message)] as const]))
  useEffect(() => {
    const { current } = form
    return () => {
      if (current !== null) settled(current)
    }
  }, [])
  const send = async (event: SubmitEvent) => {
    event.preventDefault()
    if (state.busy || !sends || form.current === null) return
    const sent = form.current
    const written = new Written(new FormData(sent))
    const held = holds.current
    holds.current = false
    set({ busy: true })
    try {
      await onSend(written, { key: key.current })
      settled(sent)
      set({ busy: false })
      key.current = newKey()
    } catch (error) {
      const problem = from(error)
      // what was answered is over; what was not may be under way, and must not be done twice
      if (problem.status >= 400 && problem.status < 500 && problem.code !== "idempotency_in_progress") key.current = newKey()
      holds.current = held
      set({ busy: false, problem })
      requestAnimationFrame(() => {
        const first = form.current?.querySelector<HTMLElement>("[aria-invalid=true]") ?? form.current?.querySelector<HTMLElement>(".problem")
        first?.closest("details")?.setAttribute("open", "")
        if (first?.classList.contains("problem") === true) first.scrollIntoView({ block: "nearest" })
        else first?.focus()
      })
    }
  }
  // what no field of the form stands for is said above the button
  const others = found.filter(({ field }) => field === undefined)
  return (
    <FormContext.Provider value={{ faults, busy: state.busy, holds }}>
      <form
        ref={form}
        class={className}
        aria-label={label}
        noValidate
        onSubmit={(event) => void send(event)}
        onInput={({ currentTarget, target }) => {
          key.current = newKey()
          // what has no name is not sent, such as what is searched for
          const { name } = target as { readonly name?: string }
          if (!loose && (target === currentTarget || name !== "")) wrote(currentTarget)
        }}
      >
        {children}
        {state.problem === undefined ? null : (
          <ConflictNotice
            problem={state.problem}
            reload={reload === undefined ? undefined : () => {
              holds.current = true
              return reload()
            }}
            onReloaded={() => set({ busy: false })}
          >
            {others.length === 0
              ? null
              : <ul>{others.map(({ message, path }) => <li>{path.length === 0 ? message : `${path.join(" › ")}: ${message}`}</li>)}</ul>}
          </ConflictNotice>
        )}
        {sends
          ? (
            <div class="actions">
              <button type="submit" class={submitClass} aria-disabled={state.busy}>{state.busy ? busyLabel ?? `${words.shell.working} …` : submit}</button>
              {quiet}
            </div>
          )
          : null}
      </form>
    </FormContext.Provider>
  )
}

interface Around {
  readonly id: string
  readonly "aria-describedby": string | undefined
  readonly "aria-invalid": boolean | undefined
}

/**
 * A field holds what is written into it by itself, and begins with what there is; that changes when it was saved. Where somebody
 * else has changed it, what was written stays and goes over it with the next try.
 */
const useOwn = <E extends { value: string }>(value: string | undefined): RefObject<E | null> => {
  const element = useRef<E>(null)
  const { holds } = useContext(FormContext)
  // nothing is written into one that is new
  const before = useRef<{ readonly value: string | undefined }>(null)
  useLayoutEffect(() => {
    const { current: field } = element
    const written = before.current !== null && field !== null && field.value !== before.current.value
    before.current = { value }
    if (field !== null && value !== undefined && field.value !== value && !(holds.current && written)) field.value = value
  }, [value])
  return element
}

const useField = (name: string, hint: string | undefined) => {
  const id = useId()
  const fault = useContext(FormContext).faults.get(name)
  const described = [hint === undefined ? "" : `${id}-hint`, fault === undefined ? "" : `${id}-fault`].filter((part) => part !== "")
  const around: Around = {
    id,
    "aria-describedby": described.length === 0 ? undefined : described.join(" "),
    "aria-invalid": fault === undefined ? undefined : true
  }
  return { around, fault, id }
}

const Frame = ({ children, fault, hint, id, label, optional }: {
  readonly id: string
  readonly label: string
  readonly optional?: boolean | undefined
  readonly hint: string | undefined
  readonly fault: string | undefined
  readonly children: ComponentChildren
}) => (
  <div class="field">
    <label for={id}>{label}{optional === true ? <span class="muted"> ({words.shell.optional})</span> : null}</label>
    {children}
    {hint === undefined ? null : <p class="hint" id={`${id}-hint`}>{hint}</p>}
    {fault === undefined ? null : <p class="fault" id={`${id}-fault`}>{fault}</p>}
  </div>
)

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly optional?: boolean
}

/** What else a field may say of itself to the browser. */
interface InputProps extends FieldProps {
  readonly type?: "text" | "email" | "password" | "search" | "date" | "datetime-local" | "file"
  readonly value?: string
  readonly autocomplete?: string
  readonly inputMode?: "text" | "decimal" | "numeric" | "email"
  readonly accept?: string
  readonly placeholder?: string
  /** What the browser offers; anything else may be written all the same. */
  readonly suggestions?: ReadonlyArray<string>
  readonly onInput?: (value: string) => void
}

export const TextField = (
  { accept, autocomplete = "off", hint, inputMode, label, name, onInput, optional, placeholder, suggestions, type = "text", value }: InputProps
) => {
  const { around, fault, id } = useField(name, hint)
  const more = {
    ...(accept === undefined ? {} : { accept }),
    ...(inputMode === undefined ? {} : { inputMode }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(suggestions === undefined ? {} : { list: `${id}-list` }),
    ...(onInput === undefined ? {} : { onInput: (event: { readonly currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value) })
  }
  const own = useOwn<HTMLInputElement>(value)
  return (
    <Frame id={id} label={label} hint={hint} fault={fault} optional={optional}>
      {/* the types of JSX are told apart by a type that is known beforehand */}
      <input type={type as "text"} autocomplete={autocomplete} ref={own} name={name} {...around} {...more} />
      {suggestions === undefined ? null : <datalist id={`${id}-list`}>{suggestions.map((text) => <option key={text} value={text} />)}</datalist>}
    </Frame>
  )
}

export const LongField = (
  { hint, label, name, optional, rows = 4, value }: FieldProps & { readonly value?: string; readonly rows?: number }
) => {
  const { around, fault, id } = useField(name, hint)
  const own = useOwn<HTMLTextAreaElement>(value)
  return (
    <Frame id={id} label={label} hint={hint} fault={fault} optional={optional}>
      <textarea rows={rows} ref={own} name={name} {...around} />
    </Frame>
  )
}

export const ChoiceField = (
  { choices, hint, label, name, onChoose, optional, value }: FieldProps & {
    /** What may be chosen, with the words for it. */
    readonly choices: ReadonlyArray<readonly [string, string]>
    readonly value?: string
    readonly onChoose?: (value: string) => void
  }
) => {
  const { around, fault, id } = useField(name, hint)
  const own = useOwn<HTMLSelectElement>(value ?? choices[0]?.[0])
  return (
    <Frame id={id} label={label} hint={hint} fault={fault} optional={optional}>
      <select name={name} ref={own} onChange={(event) => onChoose?.(event.currentTarget.value)} {...around}>
        {choices.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </Frame>
  )
}

export const CheckField = ({ checked = false, hint, label, name, onCheck }: FieldProps & {
  readonly checked?: boolean
  readonly onCheck?: (checked: boolean) => void
}) => {
  const { around, fault, id } = useField(name, hint)
  const { holds } = useContext(FormContext)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current !== null && !holds.current) box.current.checked = checked
  }, [checked])
  return (
    <div class="field check">
      <input
        ref={box}
        type="checkbox"
        defaultChecked={checked}
        name={name}
        onChange={(event) => onCheck?.(event.currentTarget.checked)}
        {...around}
      />
      <label for={id}>{label}</label>
      {hint === undefined ? null : <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {fault === undefined ? null : <p class="fault" id={`${id}-fault`}>{fault}</p>}
    </div>
  )
}
