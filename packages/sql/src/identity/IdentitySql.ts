/**
 * Every port of identity in SQL.
 */
import type { IdentityPorts } from "@stoa/core/identity/Identity"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import * as ApiKeySql from "./ApiKeySql.ts"
import * as ChallengeSql from "./ChallengeSql.ts"
import * as CredentialSql from "./CredentialSql.ts"
import * as ImpersonationSql from "./ImpersonationSql.ts"
import * as OAuthSql from "./OAuthSql.ts"
import * as PreferencesSql from "./PreferencesSql.ts"
import * as RoleSql from "./RoleSql.ts"
import * as FactorSql from "./FactorSql.ts"
import * as SessionSql from "./SessionSql.ts"
import * as SignInSql from "./SignInSql.ts"
import * as SigningKeySql from "./SigningKeySql.ts"
import * as ThrottleSql from "./ThrottleSql.ts"
import * as UserSql from "./UserSql.ts"

export const layer: Layer.Layer<IdentityPorts, never, SqlClient.SqlClient> = Layer.mergeAll(
  ApiKeySql.layer,
  ChallengeSql.layer,
  CredentialSql.layer,
  ImpersonationSql.layer,
  OAuthSql.layer,
  PreferencesSql.layer,
  RoleSql.layer,
  FactorSql.layer,
  SessionSql.layer,
  SignInSql.layer,
  SigningKeySql.layer,
  ThrottleSql.layer,
  UserSql.layer
)
