/**
 * What the messages of the shop say: those that staff have written, and those that come with the shop; tried out before they are kept.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { from, type Problem } from "../api/Problem.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Form, LongField, TextField, Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { MailFrame } from "../parts/MailFrame.tsx"
import { May } from "../parts/May.tsx"
import { ProblemNotice, say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { language, words } from "../words/Words.ts"

const say = words.templates

type Summary = Answer<"notificationTemplates.list">["items"][number]
type Stored = Answer<"notificationTemplates.get">
type Preview = Answer<"notificationTemplates.preview">
type Words = NonNullable<NonNullable<Request<"notificationTemplates.preview">["payload"]>["template"]>

const languages = new Intl.DisplayNames([language], { type: "language" })

/** Templates of a name stand together, each with its languages. */
const byName = (all: ReadonlyArray<Summary>): ReadonlyArray<readonly [string, ReadonlyArray<Summary>]> =>
  [...new Set(all.map(({ name }) => name))].sort().map((name) => [name, all.filter((one) => one.name === name)])

export const Templates = () => {
  const templates = useLoaded(() => call("notificationTemplates.list"), "templates")
  return (
    <section class="card stack">
      <h2>{say.title}</h2>
      <Loaded of={templates}>
        {({ items }) => (
          <ul class="rows">
            {byName(items).map(([name, all]) => (
              <li key={name}>
                <span>
                  {name}
                  <span class="muted small below">{all[0]?.subject}</span>
                </span>
                <span class="actions">
                  {all.map(({ language, origin }) => (
                    <span key={language}>
                      <a href={link(["templates", name, language])} aria-label={`${name}: ${languages.of(language) ?? language}`}>{languages.of(language) ?? language}</a>
                      {origin === "store" ? <> <Badge state="store" tone="busy" text={say.own} /></> : null}
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  )
}

const written = (form: Written): Words => ({
  subject: form.text("subject"),
  text: form.text("text"),
  html: form.orNull("html"),
  sms: form.orNull("sms")
})

const Shown = ({ preview }: { readonly preview: Preview }) => (
  <section class="card stack" aria-label={say.preview}>
    <h2>{say.preview}</h2>
    <p><strong>{preview.subject}</strong></p>
    <MailFrame html={preview.html} title={say.mail} />
    <h3>{say.asText}</h3>
    <p class="written">{preview.text}</p>
    {preview.sms === null ? null : <p class="part written"><strong>{say.sms}</strong>{preview.sms}</p>}
    <details>
      <summary>{say.source}</summary>
      <pre class="scrolls small written" tabIndex={0}>{preview.html}</pre>
    </details>
  </section>
)

const Editor = ({ begun, language, name, stored, versions: [newest] }: {
  readonly name: string
  readonly language: string
  /** The words that there are: the shop's own, or those that come with it. */
  readonly stored: Stored
  /** What staff have written, the newest first. */
  readonly versions: ReadonlyArray<Stored>
  /** What the message would be as it is. */
  readonly begun: Preview
}) => {
  const store = useStore()
  const [shown, show] = useState(begun)
  const [problem, complain] = useState<Problem>()
  const params = { name, language }
  const own = newest?.current === true
  const tryOut = async (form: HTMLFormElement) => {
    try {
      show(await call("notificationTemplates.preview", { payload: { name, language, template: written(new Written(new FormData(form))) } as never }))
      complain(undefined)
    } catch (error) {
      complain(from(error))
    }
  }
  return (
    <div class="columns even">
      <section class="card stack">
        <p class="states">
          {!own
            ? <span class="muted">{say.shipped}</span>
            : <><Badge state="store" tone="busy" text={say.own} /> <span class="muted small">{say.version(stored.version, Format.time(stored.createdAt, store))}</span></>}
        </p>
        <Form
          to="notifications:write"
          submit={words.shell.save}
          quiet={
            <button
              type="button"
              class="quiet"
              onClick={({ currentTarget }) => {
                if (currentTarget.form !== null) void tryOut(currentTarget.form)
              }}
            >
              {say.tryOut}
            </button>
          }
          onSend={async (form, { key }) => {
            const payload = written(form)
            await call("notificationTemplates.create", { payload: { ...params, ...payload, version: newest?.version ?? 0 } as never }, { key })
            tell(words.shell.saved)
            go(link(["engine", "templates"]))
          }}
        >
          <p class="hint">{say.hint}</p>
          <TextField name="subject" label={say.subject} value={stored.subject} />
          <LongField name="text" label={say.text} rows={12} value={stored.text} />
          <TextField name="sms" label={say.sms} value={stored.sms ?? ""} optional />
          <details open={stored.html !== null}>
            <summary>{say.html}</summary>
            <LongField name="html" label={say.page} hint={say.htmlHint} rows={8} value={stored.html ?? ""} optional />
          </details>
          {problem === undefined ? null : <ProblemNotice problem={problem} />}
        </Form>
        {!own ? null : (
          <May to="notifications:write">
            <div class="actions">
              <Deed
                class="danger"
                text={say.forget}
                sure={say.forgetText}
                does={async () => {
                  await call("notificationTemplates.delete", { params })
                  go(link(["engine", "templates"]))
                }}
              />
            </div>
          </May>
        )}
      </section>
      <Shown preview={shown} />
    </div>
  )
}

export const TemplateOf = ({ language: tag, name }: { readonly name: string; readonly language: string }) => {
  const read = useLoaded(async () => {
    const params = { name, language: tag }
    const [stored, versions, begun] = await Promise.all([
      call("notificationTemplates.get", { params }),
      call("notificationTemplates.versions", { params }),
      call("notificationTemplates.preview", { payload: params as never })
    ])
    return { stored, versions: versions.items, begun }
  }, `${name} ${tag}`)
  return (
    <Page title={`${name} (${tag})`}>
      <p class="states"><a href={link(["engine", "templates"])}>{say.all}</a></p>
      <Loaded of={read}>{(all) => <Editor name={name} language={tag} {...all} />}</Loaded>
    </Page>
  )
}
