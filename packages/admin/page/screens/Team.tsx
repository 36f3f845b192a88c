/**
 * Who works in the shop and may do what: people with their roles, roles with their permissions, and keys of programs.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { CheckField, Form, TextField, wrong } from "../parts/Form.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { Secret } from "../parts/Secret.tsx"
import { useStore } from "../parts/Store.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.team

type User = Answer<"administration.listUsers">["items"][number]
type Role = Answer<"roles.list">["items"][number]
type Tab = "people" | "roles" | "keys"

const permissions: Readonly<Record<Tab, string>> = { people: "customers:read", roles: "roles:read", keys: "api-keys:write" }

/** Roles, for whoever may read them. */
const useRoles = () => {
  const may = useStore().may("roles:read")
  return useLoaded(async (): Promise<ReadonlyArray<Role>> => may ? (await call("roles.list")).items : [], "roles")
}

/** What nobody is given, as everybody has it. */
const isGiven = ({ name }: Role): boolean => name !== "guest" && name !== "customer"

const RolesField = ({ chosen, roles }: { readonly roles: ReadonlyArray<Role>; readonly chosen: ReadonlyArray<string> }) => (
  <fieldset>
    <legend>{say.roles}</legend>
    {roles.filter(isGiven).map(({ description, name, title }) => (
      <CheckField key={name} name={`role.${name}`} label={title} checked={chosen.includes(name)} {...(description === null ? {} : { hint: description })} />
    ))}
  </fieldset>
)

const NewPerson = ({ onClose, onDone, roles }: { readonly roles: ReadonlyArray<Role>; readonly onClose: () => void; readonly onDone: () => void }) => {
  const { may } = useStore()
  return (
    <Dialog title={say.addPerson} onClose={onClose}>
      <Form
        submit={say.createPerson}
        onSend={async (written, { key }) => {
          const given = roles.filter(({ name }) => written.checked(`role.${name}`)).map(({ name }) => name)
          const name = written.text("name")
          await call("administration.createUser", {
            payload: { email: written.text("email") as never, ...(name === "" ? {} : { name }), ...(given.length === 0 ? {} : { roles: given as never }) }
          }, { key })
          onClose()
          onDone()
        }}
      >
        <p class="hint">{say.addPersonText}</p>
        <TextField name="email" type="email" inputMode="email" label={words.signIn.email} />
        <TextField name="name" label={say.name} optional />
        {may("users:write") ? <RolesField roles={roles} chosen={[]} /> : null}
      </Form>
    </Dialog>
  )
}

const PersonForm = ({ onClose, onDone, roles, user }: {
  readonly user: User
  readonly roles: ReadonlyArray<Role>
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}) => {
  const { may } = useStore()
  const params = { id: user.id }
  const suspended = user.status === "suspended"
  return (
    <Dialog title={user.name ?? user.email} onClose={onClose}>
      <div class="stack">
        {may("users:write")
          ? (
            <Form
              submit={words.shell.save}
              onSend={async (written) => {
                const kept = user.roles.filter((role) => !roles.some((known) => isGiven(known) && known.name === role))
                const given = roles.filter((role) => isGiven(role) && written.checked(`role.${role.name}`)).map(({ name }) => name)
                await call("administration.updateUser", { params, payload: { roles: [...kept, ...given] } }, { version: user.version })
                onClose()
                onDone(words.shell.saved)
              }}
            >
              <RolesField roles={roles} chosen={user.roles} />
            </Form>
          )
          : null}
        <div class="actions">
          <Deed
            class={suspended ? "quiet" : "danger"}
            text={suspended ? say.letIn : say.suspend}
            {...(suspended ? {} : { sure: say.suspendText })}
            does={async () => {
              await call("administration.updateUser", { params, payload: { status: suspended ? "active" : "suspended" } }, { version: user.version })
              onClose()
              onDone(suspended ? say.isLetIn : say.isSuspended)
            }}
          />
          <Deed
            text={say.endSessions}
            sure={say.endSessionsText}
            does={async () => {
              await call("administration.endSessions", { params })
              onClose()
              onDone(say.sessionsEnded)
            }}
          />
        </div>
      </div>
    </Dialog>
  )
}

const People = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const roles = useRoles()
  const [asking, ask] = useState<User | "new">()
  const asked = Object.fromEntries(["search", "role"].map((name) => [name, query.get(name) ?? ""] as const).filter(([, text]) => text !== ""))
  const people = usePaged((page) => call("administration.listUsers", { query: { limit: 25, ...asked, ...page } }), String(query))
  const known = roles.value ?? []
  const titleOf = (name: string) => known.find((role) => role.name === name)?.title ?? name
  const done = (text = words.shell.saved) => {
    tell(text)
    void people.reload()
  }
  return (
    <>
      <Filters
        label={words.shell.narrow}
        path={["team", "people"]}
        query={query}
        search={[{ name: "search", label: words.shell.search, type: "search" }]}
        choices={known.length === 0 ? [] : [{ name: "role", label: say.role, choices: known.filter(({ name }) => name !== "guest").map(({ name, title }) => [name, title]) }]}
      />
      <Listing
        of={people}
        label={say.tabs.people}
        none={say.nobody}
        keyOf={({ id }) => id}
        columns={[
          { title: say.person, cell: ({ email, name }) => <Named below={name === null ? null : email} breaks>{name ?? email}</Named> },
          { title: say.roles, class: "wide-only", cell: ({ roles }) => roles.filter((role) => role !== "customer").map(titleOf).join(", ") },
          { title: words.cards.since, class: "wide-only", cell: ({ createdAt }) => Format.time(createdAt, store) },
          {
            title: words.orders.state,
            cell: ({ status }) => <Badge state={status} tone={status === "active" ? "good" : "bad"} text={say.states[status]} />
          },
          {
            title: words.product.edit,
            unsaid: true,
            class: "number",
            cell: (user) => (
              <May to="customers:write">
                <button type="button" class="quiet" aria-label={`${words.product.edit}: ${user.name ?? user.email}`} onClick={() => ask(user)}>
                  {words.product.edit}
                </button>
              </May>
            )
          }
        ]}
      />
      <May to="customers:write"><div class="actions"><button type="button" class="quiet" onClick={() => ask("new")}>{say.addPerson}</button></div></May>
      {asking === undefined
        ? null
        : asking === "new"
        ? <NewPerson roles={known} onClose={() => ask(undefined)} onDone={() => done(say.personThere)} />
        : <PersonForm user={asking} roles={known} onClose={() => ask(undefined)} onDone={done} />}
    </>
  )
}

/** `"orders"` of `"orders:refund"`. */
const subjectOf = (permission: string): string => permission.split(":")[0] ?? ""

/** What a role or a key may hold, as check boxes in groups of what it is about; only what whoever chooses holds as well. */
const PermissionsField = ({ chosen }: { readonly chosen: ReadonlyArray<string> }) => {
  const store = useStore()
  const known = useLoaded(() => call("roles.permissions"), "permissions")
  // what stands for several, as `orders:*` does, is given by programs only, and kept here
  const wide = chosen.filter((permission) => permission.endsWith("*"))
  return (
    <fieldset>
      <legend>{say.permissions}</legend>
      {wide.map((permission) => <CheckField key={permission} name={`permission.${permission}`} label={permission} checked />)}
      <Loaded of={known}>
        {({ items }) => {
          const offered = items.filter(({ permission }) => !permission.endsWith("*") && (store.may(permission) || chosen.includes(permission)))
          return [...new Set(offered.map(({ permission }) => subjectOf(permission)))].map((subject) => {
            const all = offered.filter(({ permission }) => subjectOf(permission) === subject)
            return (
              <details key={subject} open={all.some(({ permission }) => chosen.includes(permission))}>
                <summary>{subject.replaceAll("-", " ")}</summary>
                <div class="stack">
                  {all.map(({ description, permission }) => (
                    <CheckField
                      key={permission}
                      name={`permission.${permission}`}
                      label={permission}
                      hint={description}
                      checked={chosen.includes(permission)}
                    />
                  ))}
                </div>
              </details>
            )
          })
        }}
      </Loaded>
    </fieldset>
  )
}

/** What was chosen. */
const chosenIn = (data: FormData): ReadonlyArray<never> =>
  [...data.keys()].filter((name) => name.startsWith("permission.")).map((name) => name.slice("permission.".length) as never)

const RoleForm = ({ onClose, onDone, role }: { readonly role: Role | undefined; readonly onClose: () => void; readonly onDone: () => void }) => (
  <Dialog title={role?.title ?? say.addRole} onClose={onClose}>
    <Form
      submit={words.shell.save}
      onSend={async (written, { key }) => {
        const payload = { title: written.text("title"), description: written.orNull("description"), permissions: chosenIn(written.data) }
        if (role === undefined) await call("roles.create", { payload: { name: written.text("name"), ...payload } }, { key })
        else await call("roles.update", { params: { name: role.name }, payload: { ...payload, version: role.version } })
        onClose()
        onDone()
      }}
    >
      {role === undefined ? <TextField name="name" label={say.roleName} hint={say.roleNameHint} /> : null}
      <TextField name="title" label={say.roleTitle} value={role?.title ?? ""} />
      <TextField name="description" label={say.roleFor} value={role?.description ?? ""} optional />
      <PermissionsField chosen={role?.permissions ?? []} />
    </Form>
  </Dialog>
)

const Roles = () => {
  const roles = useRoles()
  const [edited, edit] = useState<Role | "new">()
  const done = (text = words.shell.saved) => {
    tell(text)
    void roles.reload()
  }
  return (
    <section class="card stack">
      <h2>{say.tabs.roles}</h2>
      <Loaded of={roles}>
        {(items) => (
          <ul class="rows">
            {items.filter(isGiven).map((role) => (
              <li key={role.name}>
                <span>
                  {role.title}
                  <span class="muted small below">{[role.description, say.permitted(role.permissions.length)].filter((text) => text !== null).join(" · ")}</span>
                </span>
                {role.builtIn ? <span class="muted small">{say.builtIn}</span> : (
                  <May to="roles:write">
                    <button type="button" class="quiet" aria-label={`${words.product.edit}: ${role.title}`} onClick={() => edit(role)}>
                      {words.product.edit}
                    </button>
                    <Deed
                      class="danger"
                      text={say.removeRole}
                      label={`${say.removeRole}: ${role.title}`}
                      sure={say.removeRoleText}
                      does={async () => {
                        await call("roles.delete", { params: { name: role.name } })
                        done(say.roleGone)
                      }}
                    />
                  </May>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <May to="roles:write"><div class="actions"><button type="button" class="quiet" onClick={() => edit("new")}>{say.addRole}</button></div></May>
      {edited === undefined ? null : <RoleForm role={edited === "new" ? undefined : edited} onClose={() => edit(undefined)} onDone={done} />}
    </section>
  )
}

const NewKey = ({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (secret: string) => void }) => {
  const store = useStore()
  return (
    <Dialog title={say.addKey} onClose={onClose}>
      <Form
        submit={say.createKey}
        onSend={async (written) => {
          const chosen = chosenIn(written.data)
          if (chosen.length === 0) throw wrong(say.permissions, words.field.required)
          const until = written.text("expiresAt")
          const { secret } = await call("administration.createApiKey", {
            payload: {
              name: written.text("name"),
              permissions: chosen,
              expiresAt: until === "" ? null : Format.startOfDay(Format.dayAfter(until), store) as never
            }
          })
          onMade(secret)
        }}
      >
        <TextField name="name" label={say.keyFor} />
        <TextField name="expiresAt" type="date" label={words.cards.lastDay} optional />
        <PermissionsField chosen={[]} />
      </Form>
    </Dialog>
  )
}

const Keys = () => {
  const store = useStore()
  const [asking, ask] = useState<{ readonly secret?: string }>()
  const keys = usePaged((page) => call("administration.listApiKeys", { query: { limit: 25, ...page } }), "keys")
  const stateOf = ({ expiresAt, revokedAt }: { readonly expiresAt: string | null; readonly revokedAt: string | null }) =>
    revokedAt !== null ? "revoked" : expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? "expired" : "active"
  return (
    <>
      <Listing
        of={keys}
        label={say.tabs.keys}
        none={say.noKeys}
        keyOf={({ id }) => id}
        columns={[
          { title: say.key, cell: ({ hint, name, permissions }) => <Named below={`${hint}… · ${say.permitted(permissions.length)}`} breaks>{name}</Named> },
          { title: say.used, class: "wide-only", cell: ({ lastUsedAt }) => lastUsedAt === null ? say.never : Format.time(lastUsedAt, store) },
          {
            title: words.orders.state,
            cell: (key) => <Badge state={stateOf(key)} tone={stateOf(key) === "active" ? "good" : "still"} text={say.keyStates[stateOf(key)]} />
          },
          {
            title: say.revoke,
            unsaid: true,
            class: "number",
            cell: (key) =>
              stateOf(key) !== "active" ? null : (
                <Deed
                  class="danger"
                  text={say.revoke}
                  label={`${say.revoke}: ${key.name}`}
                  sure={say.revokeText}
                  does={async () => {
                    await call("administration.revokeApiKey", { params: { id: key.id } })
                    tell(say.revoked)
                    await keys.reload()
                  }}
                />
              )
          }
        ]}
      />
      <div class="actions"><button type="button" class="quiet" onClick={() => ask({})}>{say.addKey}</button></div>
      {asking === undefined ? null : asking.secret === undefined
        ? (
          <NewKey
            onClose={() => ask(undefined)}
            onMade={(secret) => {
              ask({ secret })
              void keys.reload()
            }}
          />
        )
        : <Secret title={say.itsSecret} text={say.secretOnce} secret={asking.secret} onClose={() => ask(undefined)} />}
    </>
  )
}

export const Team = ({ query, tab: wanted }: { readonly tab: string | undefined; readonly query: URLSearchParams }) => {
  const { may } = useStore()
  const tabs = (Object.keys(permissions) as ReadonlyArray<Tab>).filter((tab) => may(permissions[tab]))
  const tab = tabs.find((tab) => tab === wanted) ?? tabs[0] ?? "people"
  return (
    <Page title={words.sections.team}>
      <Tabs label={words.sections.team} now={link(["team", tab])} tabs={tabs.map((tab) => [link(["team", tab]), say.tabs[tab]])} />
      <div class="stack">
        {tab === "people" ? <People query={query} /> : tab === "roles" ? <Roles /> : <Keys />}
      </div>
    </Page>
  )
}
