/**
 * In which language the page speaks.
 */
import { languages, speak, table, words } from "../words/Words.ts"

export const LanguageChoice = ({ onChoose }: {
  /** Before the page is loaded again in it. */
  readonly onChoose?: (language: string) => Promise<unknown>
}) => (
  <label class="theme">
    <span>{words.shell.language}</span>
    <select
      onChange={(event) => {
        const wanted = event.currentTarget.value
        void Promise.resolve(onChoose?.(wanted)).catch(() => {}).then(() => speak(wanted))
      }}
    >
      {Object.entries(languages).map(([key, text]) => <option key={key} value={key} lang={key} selected={key === table}>{text}</option>)}
    </select>
  </label>
)
