import type { NewTokenClaims } from '@authorworks/contracts';
import { type Base, Loop, newId, TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from '@authorworks/platform';
import type { Postgres } from '@authorworks/platform/postgres';
import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import type { UserConfig } from '../config.ts';
import { secretBox } from '../secret-box.ts';
import { type KeyTimes, planKeys, signerOf } from './signing-key-policy.ts';
import { deleteKeys, insertKey, type KeptKey, lockKeys, readKeys } from './signing-key-store.ts';

/** The keys of access tokens: those that verify, and the one that signs now. */
export interface SigningKeys {
  readonly verify: JWTVerifyGetKey;
  readonly sign: (claims: NewTokenClaims, expiresInSeconds: number) => Promise<string>;
  /** All keys whose tokens may be valid, and the next one. */
  readonly publicKeys: () => JSONWebKeySet;
  /**
   * The same for those who ask: mostly because they saw a key that they do not know. It may have been made a moment ago by
   * another replica, or by the other house.
   */
  readonly presentKeys: () => Promise<JSONWebKeySet>;
  /** Looks at the keys in PostgreSQL; makes and drops what is due. Called every minute by itself. */
  readonly refresh: () => Promise<void>;
}

interface Key extends KeyTimes {
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey | undefined;
}

const ALGORITHM = 'EdDSA';
const LOOK_MS = 60_000;
/** How often strangers' key ids may make us look into PostgreSQL. */
const UNKNOWN_KEY_COOLDOWN_MS = 5_000;
const DAY_MS = 24 * 60 * 60_000;

const signToken = async (
  { sub, ...claims }: NewTokenClaims,
  { id, privateKey }: { readonly id: string; readonly privateKey: CryptoKey },
  { now, expiresInSeconds }: { readonly now: Date; readonly expiresInSeconds: number },
): Promise<string> => {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: id })
    .setSubject(sub)
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + expiresInSeconds)
    .setJti(newId())
    .sign(privateKey);
};

/** One run for all who ask while it lasts. */
const shared = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  return async () =>
    await (running ??= work().finally(() => {
      running = undefined;
    }));
};

/** Opens the keys; the first one is made here. */
export const openSigningKeys = async (base: Base<UserConfig>, postgres: Postgres): Promise<SigningKeys> => {
  const { serviceKey, signingKeyDays, accessTokenMinutes } = base.config;
  const box = secretBox(serviceKey, 'signing keys');
  const lives = { keyMs: signingKeyDays * DAY_MS, tokenMs: accessTokenMinutes * 60_000 };
  const opened = new Map<string, Key>();
  let keys: readonly Key[] = [];
  let verifyWith = createLocalJWKSet({ keys: [] });
  let lookedAt = Number.NEGATIVE_INFINITY;

  const open = async ({ id, publicJwk, privateJwk, signsFrom }: KeptKey): Promise<Key> => {
    const known = opened.get(id);
    if (known) return known;
    const text = await box.open(privateJwk);
    if (text === undefined)
      base.log.warn({ key: id }, 'a signing key was made with another SERVICE_KEY and can only verify');
    const privateKey =
      text === undefined ? undefined : ((await importJWK(JSON.parse(text) as JWK, ALGORITHM)) as CryptoKey);
    const key = { id, publicJwk, signsFrom, canSign: privateKey !== undefined, privateKey };
    opened.set(id, key);
    return key;
  };

  const make = async (signsFrom: Date): Promise<KeptKey> => {
    const pair = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
    const id = newId();
    const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: id, alg: ALGORITHM, use: 'sig' };
    return { id, publicJwk, privateJwk: await box.seal(JSON.stringify(await exportJWK(pair.privateKey))), signsFrom };
  };

  const planned = async (kept: readonly KeptKey[]) =>
    planKeys(await Promise.all(kept.map(open)), base.clock.now(), lives);

  const refresh = async (): Promise<void> => {
    lookedAt = base.clock.monotonicMs();
    const { makeFrom, drop } = await planned(await readKeys(postgres.sql));
    if (makeFrom || drop.length > 0)
      await postgres.transaction(async (sql) => {
        await lockKeys(sql);
        // another replica may have done it meanwhile
        const plan = await planned(await readKeys(sql));
        if (plan.makeFrom) await insertKey(sql, await make(plan.makeFrom), base.clock.now());
        if (plan.drop.length > 0) await deleteKeys(sql, plan.drop);
        if (plan.makeFrom) base.log.info({ signsFrom: plan.makeFrom }, 'a signing key was made');
      });
    keys = await Promise.all((await readKeys(postgres.sql)).map(open));
    verifyWith = createLocalJWKSet(publicKeys());
  };

  const publicKeys = (): JSONWebKeySet => ({ keys: keys.map(({ publicJwk }) => publicJwk) });

  await refresh();
  const loop = new Loop('signing keys', LOOK_MS, base.log, refresh);
  loop.start();
  base.onClose('signing keys', async () => await loop.close());

  const look = shared(refresh);
  return {
    publicKeys,
    presentKeys: async () => {
      // with PostgreSQL away the keys of before are better than none
      await look().catch((error: unknown) => base.log.warn({ err: error }, 'the signing keys could not be looked at'));
      return publicKeys();
    },
    refresh,
    verify: async (header, token) => {
      try {
        return await verifyWith(header, token);
      } catch (error) {
        // maybe a key that another replica has just made
        const unknown = error instanceof errors.JWKSNoMatchingKey && typeof header.kid === 'string';
        if (!unknown || base.clock.monotonicMs() - lookedAt < UNKNOWN_KEY_COOLDOWN_MS) throw error;
        await refresh();
        return await verifyWith(header, token);
      }
    },
    sign: async (claims, expiresInSeconds) => {
      const now = base.clock.now();
      const signer = signerOf(keys, now);
      if (!signer?.privateKey) throw new Error('there is no key to sign with');
      return await signToken(claims, { id: signer.id, privateKey: signer.privateKey }, { now, expiresInSeconds });
    },
  };
};
