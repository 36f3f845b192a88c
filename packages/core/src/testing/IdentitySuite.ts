/**
 * What a storage adapter has to do for identity: accounts, sign-in, sessions, access tokens and API keys.
 */
import { accessTokensSuite } from "./AccessTokensSuite.ts"
import { accountsSuite } from "./AccountsSuite.ts"
import { apiKeysSuite } from "./ApiKeysSuite.ts"
import { credentialsSuite } from "./CredentialsSuite.ts"
import { entrySuite } from "./EntrySuite.ts"
import { oauthSuite } from "./OAuthSuite.ts"
import { riskSuite } from "./RiskSuite.ts"
import { firstOwnerSuite } from "./FirstOwnerSuite.ts"
import { rolesSuite } from "./RolesSuite.ts"
import { passkeySuite } from "./PasskeySuite.ts"
import { secondFactorSuite } from "./SecondFactorSuite.ts"
import { sessionsSuite } from "./SessionsSuite.ts"
import { signingKeysSuite } from "./SigningKeysSuite.ts"
import { signInSuite } from "./SignInSuite.ts"
import type { StorageHarness } from "./StorageHarness.ts"
import { userAdministrationSuite } from "./UserAdministrationSuite.ts"

export const identitySuite = (harness: StorageHarness): void => {
  accountsSuite(harness)
  entrySuite(harness)
  credentialsSuite(harness)
  signInSuite(harness)
  riskSuite(harness)
  sessionsSuite(harness)
  secondFactorSuite(harness)
  passkeySuite(harness)
  accessTokensSuite(harness)
  signingKeysSuite(harness)
  apiKeysSuite(harness)
  firstOwnerSuite(harness)
  rolesSuite(harness)
  oauthSuite(harness)
  userAdministrationSuite(harness)
}
