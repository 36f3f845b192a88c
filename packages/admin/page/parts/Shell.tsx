/**
 * What is around every screen: the sections, who is signed in, and how it looks.
 */
import type { ComponentChildren } from "preact"
import { useEffect, useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import type { User } from "../screens/SignIn.tsx"
import { words } from "../words/Words.ts"
import { Icon, type IconName } from "./Icon.tsx"
import { LanguageChoice } from "./LanguageChoice.tsx"
import { keepFocus } from "./KeptFocus.ts"
import { link } from "./Router.ts"
import { useStore } from "./Store.ts"

const say = words.shell

type Theme = keyof typeof say.themes

const kept = "stoa-admin-theme"

const themeOf = (text: string | null): Theme => text === "light" || text === "dark" ? text : "system"

/** What was chosen on this device; browsers may refuse to keep anything. */
const chosen = (): Theme => {
  try {
    return themeOf(localStorage.getItem(kept))
  } catch {
    return "system"
  }
}

const keep = (theme: Theme): void => {
  try {
    localStorage.setItem(kept, theme)
  } catch {
    // it holds until the page is loaded again
  }
}

const show = (theme: Theme): void => {
  if (theme === "system") delete document.documentElement.dataset["theme"]
  else document.documentElement.dataset["theme"] = theme
  dispatchEvent(new Event("stoa-theme"))
}

/** Shows the page as it was chosen on this device. */
export const showTheme = (): void => show(chosen())

const ThemeChoice = () => {
  const [theme, set] = useState(chosen)
  return (
    <label class="theme">
      <span>{say.theme}</span>
      <select
        onChange={(event) => {
          const wanted = themeOf(event.currentTarget.value)
          keep(wanted)
          set(wanted)
          show(wanted)
        }}
      >
        {Object.entries(say.themes).map(([key, text]) => <option key={key} value={key} selected={key === theme}>{text}</option>)}
      </select>
    </label>
  )
}

export const Shell = ({ children, onSignedOut, section, sections, user }: {
  readonly user: User
  readonly section: string
  readonly sections: ReadonlyArray<IconName>
  readonly onSignedOut: () => void
  readonly children: ComponentChildren
}) => {
  const store = useStore()
  useEffect(() => keepFocus(document.getElementById("content")), [])
  useEffect(() => {
    document.getElementById("sections")?.hidePopover()
  }, [section])
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault()
        document.getElementById("content")?.focus()
      }}>{say.skip}</a>
      <div class="shell">
        <header class="top">
          <button type="button" class="quiet" popovertarget="sections">☰ {say.menu}</button>
          <strong>{store.name ?? words.name}</strong>
        </header>
        <aside id="sections" class="side" popover="auto" aria-label={say.menu}>
          <p class="brand"><span class="mark" aria-hidden="true" /> <strong>{store.name ?? words.name}</strong></p>
          <nav aria-label={words.sections.label}>
            <ul>
              {sections.map((name) => (
                <li key={name}>
                  <a href={link(name === "home" ? [] : [name])} aria-current={name === section ? "page" : undefined}>
                    <Icon name={name} /> {words.sections[name]}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div class="account">
            <ThemeChoice />
            <LanguageChoice onChoose={(language) => call("me.updatePreferences", { payload: { language } })} />
            <p class="small who"><a href={link(["account"])}>{user.name ?? user.email}</a></p>
            <button
              type="button"
              class="quiet"
              onClick={() => void call("auth.logout").catch(() => {}).then(onSignedOut)}
            >
              {say.signOut}
            </button>
          </div>
        </aside>
        <main id="content" tabIndex={-1}>{children}</main>
      </div>
    </>
  )
}
