/**
 * Attributes: what products and variants can say of themselves, each with its type, unit and choices.
 */
import { useEffect, useRef, useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, ChoiceField, Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Named } from "../parts/Listing.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { Removal } from "../parts/Removal.tsx"
import { words } from "../words/Words.ts"
import { AttributeTabs } from "./AttributeTabs.tsx"

const say = words.attributes

type Attribute = Answer<"adminAttributes.get">
type Choice = Attribute["choices"][number]
type Type = Attribute["type"]

/** Units by what they measure; a test holds them to those that the engine knows. */
export const units: Readonly<Record<string, string>> = {
  length: "m mm cm km in ft yd",
  area: "m2 cm2 mm2 ha ft2",
  volume: "l ml cl m3 fl_oz gal",
  mass: "kg mg g t oz lb",
  time: "s ms min h d",
  temperature: "K C F",
  speed: "m/s km/h mph",
  pressure: "Pa kPa bar psi",
  voltage: "V mV kV",
  current: "A mA",
  charge: "Ah mAh",
  power: "W mW kW",
  energy: "Wh kWh J kJ",
  frequency: "Hz kHz MHz GHz",
  data: "B kB MB GB TB KiB MiB GiB TiB",
  luminance: "lm",
  angle: "deg"
}

const families = Object.entries(units).map(([family, signs]) => [family, signs.split(" ")] as const)

/** What is written of it in requests, made from what people call it. */
const codeOf = (text: string, taken: ReadonlySet<string>): string => {
  const plain = text.replaceAll("ß", "ss").normalize("NFKD").replace(/\p{Diacritic}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "")
  const code = (/^[a-z]/.test(plain) ? plain : `c_${plain}`).slice(0, 40)
  for (let turn = 2, other = code; ; other = `${code}_${turn++}`) if (!taken.has(other)) return other
}

/** A choice as it is written: new ones have no code yet. */
interface Draft {
  readonly key: number
  readonly choice: Choice | undefined
}

const hasChoices = (type: Type): boolean => type === "choice" || type === "choices"

const choicesOf = (drafts: ReadonlyArray<Draft>, written: Written): Attribute["choices"] => {
  const taken = new Set<string>(drafts.flatMap(({ choice }) => choice === undefined ? [] : [choice.code]))
  return drafts.map(({ choice }, index) => {
    const label = written.text(`choices.${index}.label`)
    if (label === "") throw wrong(`choices.${index}.label`, words.field.required)
    const code = choice?.code ?? codeOf(label, taken)
    taken.add(code)
    const colour = written.text(`choices.${index}.colour`).toLowerCase()
    return { code, label, ...(colour === "" ? {} : { colour }) }
  })
}

/** Tells the form around that something else than a field was changed. */
const changed = ({ form }: HTMLButtonElement): void => {
  form?.dispatchEvent(new Event("input"))
}

const Choices = ({ drafts, write }: {
  readonly drafts: ReadonlyArray<Draft>
  readonly write: (drafts: ReadonlyArray<Draft>) => void
}) => {
  const next = useRef(1_000_000)
  return (
    <fieldset>
      <legend>{say.choices}</legend>
      {drafts.length === 0 ? <p class="muted">{say.noChoices}</p> : null}
      {drafts.map(({ choice, key }, index) => {
        const name = choice?.label ?? String(index + 1)
        return (
          <div key={key} class="pieces" role="group" aria-label={say.choice(name)}>
            <TextField name={`choices.${index}.label`} label={say.choiceName} value={choice?.label ?? ""} />
            <TextField name={`choices.${index}.colour`} label={say.colour} value={choice?.colour ?? ""} placeholder="#1e90ff" optional />
            <div class="actions">
              {index === 0 ? null : (
                <button
                  type="button"
                  class="quiet"
                  aria-label={`${words.collections.up}: ${name}`}
                  onClick={({ currentTarget }) => {
                    changed(currentTarget)
                    const moved = [...drafts]
                    moved.splice(index - 1, 2, ...drafts.slice(index - 1, index + 1).reverse())
                    write(moved)
                  }}
                >
                  {words.collections.up}
                </button>
              )}
              <button
                type="button"
                class="quiet"
                aria-label={`${words.collections.takeOut}: ${name}`}
                onClick={({ currentTarget }) => {
                  changed(currentTarget)
                  write(drafts.filter((draft) => draft.key !== key))
                }}
              >
                {words.collections.takeOut}
              </button>
            </div>
          </div>
        )
      })}
      <div>
        <button
          type="button"
          class="quiet"
          onClick={({ currentTarget }) => {
            changed(currentTarget)
            write([...drafts, { key: next.current++, choice: undefined }])
          }}
        >
          {say.addChoice}
        </button>
      </div>
    </fieldset>
  )
}

/** Choices as they are written, with those that somebody else adds meanwhile behind. */
const useChoices = (value: Attribute | undefined) => {
  const known = useRef(new Set<string>())
  const [drafts, write] = useState<ReadonlyArray<Draft>>([])
  useEffect(() => {
    const added = (value?.choices ?? []).filter(({ code }) => !known.current.has(code))
    const from = known.current.size
    for (const { code } of added) known.current.add(code)
    if (added.length > 0) write((before) => [...before, ...added.map((choice, index) => ({ key: from + index, choice }))])
  }, [value])
  return [drafts, write] as const
}

const UnitField = ({ attribute }: { readonly attribute: Attribute | undefined }) => {
  const family = attribute?.unitFamily
  const offered = attribute === undefined ? families : families.filter(([name]) => name === family)
  if (attribute !== undefined && attribute.unit === null) return null
  return (
    <ChoiceField
      name="unit"
      label={say.unit}
      hint={say.unitHint}
      value={attribute?.unit ?? ""}
      choices={[
        ...(attribute === undefined ? [["", say.noUnit] as const] : []),
        ...offered.flatMap(([, signs]) => signs.map((sign) => [sign, sign.replace("_", " ").replace(/2$/, "²").replace(/3$/, "³")] as const))
      ]}
    />
  )
}

const AttributeForm = ({ attribute, onClose, onDone, onReload }: {
  /** `undefined`: a new one. */
  readonly attribute: Attribute | undefined
  readonly onReload: () => Promise<void>
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const [type, choose] = useState<Type>(attribute?.type ?? "text")
  const [drafts, write] = useChoices(attribute)
  return (
    <Dialog title={attribute?.title ?? say.add} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onReload={onReload}
        onSend={async (written, { key }) => {
          const unit = type === "number" ? written.orNull("unit") : null
          const title = written.text("title")
          const payload = {
            title,
            ...(hasChoices(type) ? { choices: choicesOf(drafts, written) } : {}),
            required: written.checked("required"),
            filterable: written.checked("filterable"),
            searchable: written.checked("searchable"),
            shown: written.checked("shown"),
            position: written.whole("position") ?? 0
          }
          if (attribute === undefined) {
            if (title === "") throw wrong("title", words.field.required)
            const family = families.find(([, signs]) => signs.includes(unit ?? ""))?.[0]
            await call("adminAttributes.create", {
              payload: {
                ...payload,
                code: written.text("code") === "" ? codeOf(title, new Set()) : written.text("code"),
                type,
                of: written.text("of") as Attribute["of"],
                ...(family === undefined ? {} : { unit: unit as Attribute["unit"], unitFamily: family as Attribute["unitFamily"] })
              }
            }, { key })
          } else {
            await call("adminAttributes.update", {
              params: { id: attribute.id },
              payload: { ...payload, ...(attribute.unit === null ? {} : { unit: unit as Attribute["unit"] }), version: attribute.version }
            })
          }
          onClose()
          onDone()
        }}
      >
        <TextField name="title" label={say.title} value={attribute?.title ?? ""} />
        {attribute === undefined
          ? (
            <>
              <TextField name="code" label={say.code} hint={say.codeHint} optional />
              <div class="pair">
                <ChoiceField name="of" label={say.of} choices={Object.entries(say.subjects)} />
                <ChoiceField
                  name="type"
                  label={say.type}
                  value={type}
                  choices={Object.entries(say.types)}
                  onChoose={(chosen) => choose(chosen as Type)}
                />
              </div>
            </>
          )
          : <p class="muted">{say.types[attribute.type]}, {say.subjects[attribute.of]}, <code>{attribute.code}</code></p>}
        {type === "number" ? <UnitField attribute={attribute} /> : null}
        {hasChoices(type) ? <Choices drafts={drafts} write={write} /> : null}
        <CheckField name="shown" label={say.shown} checked={attribute?.shown ?? true} />
        <CheckField name="required" label={say.required} hint={say.requiredHint} checked={attribute?.required ?? false} />
        <CheckField name="filterable" label={say.filterable} checked={attribute?.filterable ?? false} />
        <CheckField name="searchable" label={say.searchable} checked={attribute?.searchable ?? false} />
        <TextField name="position" label={say.position} hint={say.positionHint} inputMode="numeric" value={String(attribute?.position ?? 0)} />
      </Form>
      {attribute === undefined ? null : (
        <Removal
          say={say}
          does={() => call("adminAttributes.delete", { params: { id: attribute.id } }, { version: attribute.version })}
          onGone={() => {
            onClose()
            onDone()
          }}
        />
      )}
    </Dialog>
  )
}

/** One that is there, as it is now. */
const Edited = ({ id, onClose, onDone }: { readonly id: string; readonly onClose: () => void; readonly onDone: () => void }) => {
  const attribute = useLoaded(() => call("adminAttributes.get", { params: { idOrCode: id } }), id)
  return (
    <Loaded of={attribute}>
      {(value) => <AttributeForm attribute={value} onReload={attribute.reload} onClose={onClose} onDone={onDone} />}
    </Loaded>
  )
}

const aboutOf = ({ code, filterable, of, required, searchable, shown, type, unit }: Attribute): string =>
  [
    `${say.types[type]}${unit === null ? "" : ` (${unit})`}`,
    say.subjects[of],
    code,
    ...(required ? [say.isRequired] : []),
    ...(filterable ? [say.isFilterable] : []),
    ...(searchable ? [say.isSearchable] : []),
    ...(shown ? [] : [say.isHidden])
  ].join(" · ")

export const Attributes = () => {
  const [asked, ask] = useState<{ readonly id: string | undefined }>()
  const attributes = usePaged((page) => call("adminAttributes.list", { query: { limit: 50, ...page } }), "attributes")
  const close = () => ask(undefined)
  const done = () => {
    tell(words.shell.saved)
    void attributes.reload()
  }
  return (
    <Page
      title={say.all}
      actions={<May to="catalog:write"><button type="button" onClick={() => ask({ id: undefined })}>{say.add}</button></May>}
    >
      <AttributeTabs now="attributes" />
      <section class="card" aria-label={say.all}>
        <Paged of={attributes} none={say.none}>
          {(items) => (
            <ul class="rows">
              {items.map((attribute) => (
                <li key={attribute.id}>
                  <Named below={aboutOf(attribute)}>{attribute.title}</Named>
                  <May to="catalog:write">
                    <button
                      type="button"
                      class="quiet"
                      aria-label={`${words.product.edit}: ${attribute.title}`}
                      onClick={() => ask({ id: attribute.id })}
                    >
                      {words.product.edit}
                    </button>
                  </May>
                </li>
              ))}
            </ul>
          )}
        </Paged>
      </section>
      {asked === undefined
        ? null
        : asked.id === undefined
        ? <AttributeForm attribute={undefined} onReload={attributes.reload} onClose={close} onDone={done} />
        : <Edited id={asked.id} onClose={close} onDone={done} />}
    </Page>
  )
}
