/**
 * Screens whose script is loaded when somebody first comes to them, so that whoever signs in loads what everybody needs.
 */
import type { ComponentType } from "preact"
import { useContext } from "preact/hooks"
import { Problem } from "../api/Problem.ts"
import { Loaded, ReloadContext, useLoaded } from "./Loaded.tsx"

/** A component that stands for one of another file. `load` imports that file. */
export const onDemand = <P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> => {
  let known: ComponentType<P> | undefined
  const read = async () =>
    known ??= await load().catch(() => {
      // it is not there, as when the server has a newer page by now
      throw new Problem(0, {})
    })
  return (props) => {
    const screen = useLoaded(read, "screen")
    // what is read anew is what is around, and not the script
    const around = useContext(ReloadContext)
    return (
      <Loaded of={screen}>
        {(Screen) => <ReloadContext.Provider value={around}><Screen {...props} /></ReloadContext.Provider>}
      </Loaded>
    )
  }
}
