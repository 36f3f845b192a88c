/**
 * What runs behind the shop: work in the background and what was given up, switches of features, and the record of what staff did.
 */
import { useState } from "preact/hooks"
import { addressOf, call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { CheckField, Form, TextField, wrong } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { onDemand } from "../parts/OnDemand.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { Subject } from "../parts/Subject.tsx"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.engine

const Webhooks = onDemand(async () => (await import("./Webhooks.tsx")).Webhooks)
const Templates = onDemand(async () => (await import("./Templates.tsx")).Templates)

type Tab = "jobs" | "webhooks" | "templates" | "flags" | "audit"

const permissions: Readonly<Record<Tab, string>> = {
  jobs: "jobs:read",
  webhooks: "webhooks:read",
  templates: "notifications:read",
  flags: "settings:read",
  audit: "audit:read"
}

const EngineTabs = ({ now }: { readonly now: Tab }) => {
  const { may } = useStore()
  const tabs = (Object.keys(permissions) as ReadonlyArray<Tab>).filter((tab) => may(permissions[tab]))
  return <Tabs label={words.sections.engine} now={link(["engine", now])} tabs={tabs.map((tab) => [link(["engine", tab]), say.tabs[tab]])} />
}

const Jobs = () => {
  const store = useStore()
  const counts = useLoaded(() => call("administration.jobs"), "counts")
  const dead = usePaged((page) => call("administration.deadJobs", { query: { limit: 25, ...page } }), "dead")
  const again = async (text: string) => {
    tell(text)
    await Promise.all([counts.reload(), dead.reload()])
  }
  return (
    <>
      <section class="card figures" aria-label={say.tabs.jobs}>
        <Loaded of={counts}>
          {(counts) => (
            <dl>
              {(["waiting", "working", "dead"] as const).map((state) => (
                <div key={state} class="figure">
                  <dt>{say.counts[state]}</dt>
                  <dd><strong>{Format.number(counts[state])}</strong></dd>
                </div>
              ))}
            </dl>
          )}
        </Loaded>
      </section>
      <section class="card">
        <h2>{say.givenUp}</h2>
        <Paged of={dead} none={say.noneGivenUp}>
          {(items) => (
            <ul class="stack">
              {items.map((job) => (
                <li key={job.id} class="part">
                  <p><strong>{job.name}</strong> <span class="muted small">{Format.time(job.failedAt, store)} · {say.attempts(job.attempts)}</span></p>
                  <p class="fault breaks">{job.failure}</p>
                  <details>
                    <summary>{say.payload}</summary>
                    <pre class="scrolls small" tabIndex={0}>{JSON.stringify(job.payload, null, 2)}</pre>
                  </details>
                  <May to="jobs:write">
                    <div class="actions">
                      <Deed
                        text={say.redrive}
                        label={`${say.redrive}: ${job.name}`}
                        does={async () => {
                          await call("administration.redriveJob", { params: { id: job.id } })
                          await again(say.redriven)
                        }}
                      />
                      <Deed
                        class="danger"
                        text={say.discard}
                        sure={say.discardText}
                        label={`${say.discard}: ${job.name}`}
                        does={async () => {
                          await call("administration.discardJob", { params: { id: job.id } })
                          await again(say.discarded)
                        }}
                      />
                    </div>
                  </May>
                </li>
              ))}
            </ul>
          )}
        </Paged>
      </section>
    </>
  )
}

type Flag = Answer<"featureFlags.list">["items"][number]

const FlagForm = ({ flag, onClose, onDone }: {
  readonly flag: Flag | undefined
  readonly onClose: () => void
  readonly onDone: () => void
}) => (
  <Dialog title={flag?.key ?? say.newFlag} onClose={onClose}>
    <Form
      submit={words.shell.save}
      onSend={async (written, { key }) => {
        const percentage = written.whole("percentage")
        if (percentage === undefined) throw wrong("percentage", words.field.whole)
        const payload = { description: written.text("description"), percentage, exposed: written.checked("exposed") }
        if (flag === undefined) await call("featureFlags.create", { payload: { key: written.text("key"), ...payload } }, { key })
        else await call("featureFlags.update", { params: { key: flag.key }, payload: { ...payload, version: flag.version } })
        onClose()
        onDone()
      }}
    >
      {flag === undefined ? <TextField name="key" label={say.key} hint={say.keyHint} /> : null}
      <TextField name="description" label={say.description} value={flag?.description ?? ""} optional />
      <TextField name="percentage" label={say.percentage} inputMode="numeric" value={String(flag?.percentage ?? 100)} />
      <CheckField name="exposed" label={say.exposed} checked={flag?.exposed ?? true} />
    </Form>
  </Dialog>
)

const Flags = () => {
  const flags = useLoaded(() => call("featureFlags.list"), "flags")
  const [edited, edit] = useState<string | null>()
  const done = () => {
    tell(words.shell.saved)
    void flags.reload()
  }
  return (
    <section class="card stack">
      <h2>{say.tabs.flags}</h2>
      <Loaded of={flags}>
        {({ items }) => (
          <>
            {items.length === 0 ? <p class="muted">{say.noFlags}</p> : (
              <ul class="rows">
                {items.map((flag) => (
                  <li key={flag.key}>
                    <span>
                      <code>{flag.key}</code>
                      <span class="muted small below">
                        {[flag.description, say.share(flag.percentage), flag.exposed ? say.seen : say.unseen].filter((text) => text !== "").join(" · ")}
                      </span>
                    </span>
                    <May to="settings:write">
                      <Deed
                        pressed={flag.enabled}
                        text={flag.enabled ? words.promotions.isOn : words.promotions.isOff}
                        label={flag.key}
                        does={async () => {
                          await call("featureFlags.update", {
                            params: { key: flag.key },
                            payload: { enabled: !flag.enabled, version: flag.version }
                          })
                          await flags.reload()
                        }}
                      />
                      <button type="button" class="quiet" aria-label={`${words.product.edit}: ${flag.key}`} onClick={() => edit(flag.key)}>
                        {words.product.edit}
                      </button>
                      <Deed
                        class="danger"
                        text={say.remove}
                        sure={say.removeText}
                        label={`${say.remove}: ${flag.key}`}
                        does={async () => {
                          await call("featureFlags.delete", { params: { key: flag.key } }, { version: flag.version })
                          await flags.reload()
                        }}
                      />
                    </May>
                  </li>
                ))}
              </ul>
            )}
            <May to="settings:write">
              <div class="actions"><button type="button" class="quiet" onClick={() => edit(null)}>{say.newFlag}</button></div>
            </May>
            {edited === undefined
              ? null
              : <FlagForm flag={items.find(({ key }) => key === edited)} onClose={() => edit(undefined)} onDone={done} />}
          </>
        )}
      </Loaded>
    </section>
  )
}

const Audit = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const given = ["subject", "action", "actor"].map((name) => [name, query.get(name) ?? ""] as const).filter(([, text]) => text !== "")
  const asked = Object.fromEntries(given)
  const entries = usePaged((page) => call("administration.listAudit", { query: { limit: 50, ...asked, ...page } }), String(query))
  return (
    <section class="card stack">
      <h2>{say.tabs.audit}</h2>
      <Filters
        label={words.shell.narrow}
        path={["engine", "audit"]}
        query={query}
        search={[
          { name: "subject", label: say.subject, type: "search" },
          { name: "action", label: say.action, type: "search" },
          { name: "actor", label: say.actor, type: "search" }
        ]}
        choices={[]}
      />
      <div class="actions">
        <Deed
          text={say.verify}
          does={async () => {
            const { sealed, whole } = await call("administration.verifyAudit")
            tell(whole ? say.whole(sealed) : say.broken)
          }}
        />
        <a href={addressOf("administration.exportAudit", {}, asked)} download>{say.export}</a>
      </div>
      <Paged of={entries} none={say.noEntries}>
        {(items) => (
          <ul class="rows">
            {items.map((entry) => (
              <li key={entry.id}>
                <div class="breaks">
                  <p><strong>{entry.action}</strong> <Subject id={entry.subject} name={entry.subjectName} /></p>
                  <p class="muted small">{entry.actorName === undefined ? entry.actor : <span title={entry.actor}>{entry.actorName}</span>} · {Format.time(entry.at, store)}</p>
                  {Object.keys(entry.details).length === 0 ? null : (
                    <details>
                      <summary class="small">{say.details}</summary>
                      <pre class="scrolls small" tabIndex={0}>{JSON.stringify(entry.details, null, 2)}</pre>
                    </details>
                  )}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </section>
  )
}

export const Engine = ({ query, tab: wanted }: { readonly tab: string | undefined; readonly query: URLSearchParams }) => {
  const { may } = useStore()
  const first = (Object.keys(permissions) as ReadonlyArray<Tab>).find((tab) => may(permissions[tab])) ?? "jobs"
  const tab = wanted !== undefined && wanted in permissions ? wanted as Tab : first
  return (
    <Page title={words.sections.engine}>
      <EngineTabs now={tab} />
      <div class="stack">
        {tab === "jobs"
          ? <Jobs />
          : tab === "webhooks"
          ? <Webhooks />
          : tab === "templates"
          ? <Templates />
          : tab === "flags"
          ? <Flags />
          : <Audit query={query} />}
      </div>
    </Page>
  )
}
