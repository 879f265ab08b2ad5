import { createHmac, createPublicKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE, createIdentity, newId } from '@authorworks/platform';
import { TEST_SERVICE_KEY } from '@authorworks/platform/testing';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretBox } from '../src/secret-box.ts';
import { type Person, startUser, type TestUser, v1 } from './kit.ts';

type Json = Record<string, unknown>;

const encode = (value: Json | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const compact = (header: Json | string, payload: Json | string, signature = ''): string =>
  `${encode(header)}.${encode(payload)}.${signature}`;

/** What an attacker has: the public key set, a token of an own account, and keys of their own. */
interface Arsenal {
  readonly mary: Person;
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly header: Json;
  readonly claims: Json;
  /** Signs with the house's own key, for tokens that are wrong in another way. */
  readonly honest: (header: Json, payload: Json | string) => Promise<string>;
  readonly own: (header: Json, payload: Json) => string;
  readonly ownJwk: JWK;
  readonly listenerUrl: string;
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const { privateKey: attackersKey, publicKey: attackersPublic } = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const own = (header: Json, payload: Json): string => {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${signWith(null, Buffer.from(text), attackersKey).toString('base64url')}`;
};
const hmac = (secret: string | Buffer, header: Json, payload: Json): string => {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};

/** Every way we know to make a token that must not be taken. Names are what is wrong with it. */
const corpus = (arsenal: Arsenal): Record<string, () => Promise<string> | string> => {
  const { mary, kid, publicJwk, header, claims, honest, ownJwk, listenerUrl } = arsenal;
  const [head = '', body = '', signature = ''] = mary.accessToken.split('.');
  const spki = createPublicKey({ key: publicJwk, format: 'jwk' });
  const pem = spki.export({ type: 'spki', format: 'pem' }).toString();
  const der = spki.export({ type: 'spki', format: 'der' });
  const raw = Buffer.from(publicJwk.x ?? '', 'base64url');
  const none = (alg: string) => () => compact({ ...header, alg }, claims);
  const secret = (key: string | Buffer) => () => hmac(key, { ...header, alg: 'HS256' }, claims);
  const claim = (change: Json) => async () => await honest(header, { ...claims, ...change });
  const without = (name: string) => async () =>
    await honest(header, Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)));
  const typed = (change: Json) => async () => await honest({ ...header, ...change }, claims);
  const forged = (change: Json) => () => own({ ...header, ...change }, claims);
  const raised = { ...claims, roles: ['operator', 'author'] };
  return {
    // no signature
    'alg none': none('none'),
    'alg None': none('None'),
    'alg NONE': none('NONE'),
    'alg nOnE': none('nOnE'),
    'alg none with a signature': () => `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
    'alg empty': none(''),
    'alg missing': () => compact({ typ: TOKEN_TYPE, kid }, claims, signature),
    'alg null': () => compact({ ...header, alg: null }, claims, signature),
    'alg an array': () => compact({ ...header, alg: ['EdDSA'] }, claims, signature),
    'alg a number': () => compact({ ...header, alg: 0 }, claims, signature),
    'signature empty': () => `${head}.${body}.`,
    'signature missing': () => `${head}.${body}`,
    'signature of zeros': () => `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    'signature cut': () => `${head}.${body}.${signature.slice(0, -4)}`,
    'signature with more behind': () => `${head}.${body}.${signature}AAAA`,
    'signature of another token': async () => `${head}.${encode(raised)}.${signature}`,
    // the public key as a secret
    'HS256 with the PEM of the public key': secret(pem),
    'HS256 with the PEM without its last line break': secret(pem.trim()),
    'HS256 with the DER of the public key': secret(der),
    'HS256 with the raw public key': secret(raw),
    'HS256 with the x of the public key': secret(publicJwk.x ?? ''),
    'HS256 with the JWK as JSON': secret(JSON.stringify(publicJwk)),
    'HS256 with an empty secret': secret(''),
    'HS256 with the key id': secret(kid),
    'HS384 in the header': () => hmac(raw, { ...header, alg: 'HS384' }, claims),
    'HS512 in the header': () => hmac(raw, { ...header, alg: 'HS512' }, claims),
    // other algorithms
    'RS256 by a key of the attacker': () => {
      const text = `${encode({ ...header, alg: 'RS256' })}.${encode(raised)}`;
      return `${text}.${signWith('sha256', Buffer.from(text), rsa.privateKey).toString('base64url')}`;
    },
    'ES256 by a key of the attacker': () => {
      const text = `${encode({ ...header, alg: 'ES256' })}.${encode(raised)}`;
      return `${text}.${signWith('sha256', Buffer.from(text), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
    'ES256 with a signature of zeros (CVE-2022-21449)': () =>
      compact({ ...header, alg: 'ES256' }, raised, Buffer.alloc(64).toString('base64url')),
    'PS256 in the header': () => compact({ ...header, alg: 'PS256' }, raised, signature),
    'alg in small letters': () => own({ ...header, alg: 'eddsa' }, raised),
    'alg with a blank': () => own({ ...header, alg: 'EdDSA ' }, raised),
    'alg Ed25519 by the right key': async () => {
      // the newer name of the same algorithm (RFC 9864): ours are EdDSA, and nothing else is taken
      return await honest({ ...header, alg: 'Ed25519' }, claims);
    },
    // another key
    'EdDSA by a key of the attacker': forged({}),
    'without kid': forged({ kid: undefined }),
    'kid of nobody': forged({ kid: newId() }),
    'kid a path': forged({ kid: '../../../../dev/null' }),
    'kid an absolute path': forged({ kid: '/etc/passwd' }),
    'kid SQL': forged({ kid: "x' UNION SELECT '{}' --" }),
    'kid a command': forged({ kid: '$(id)|id;id' }),
    'kid a URL': forged({ kid: `${listenerUrl}/kid` }),
    'kid __proto__': forged({ kid: '__proto__' }),
    'kid constructor': forged({ kid: 'constructor' }),
    'kid an object': forged({ kid: { toString: kid } }),
    'kid a number': forged({ kid: 0 }),
    'kid NUL': forged({ kid: `${kid}\u0000` }),
    'kid of ten thousand characters': forged({ kid: 'k'.repeat(8_000) }),
    'jwk in the header': forged({ jwk: ownJwk }),
    'jwk in the header, without kid': forged({ jwk: ownJwk, kid: undefined }),
    'jku of the attacker': forged({ jku: `${listenerUrl}/jwks`, kid: 'mine' }),
    'x5u of the attacker': forged({ x5u: `${listenerUrl}/x5u` }),
    'x5c of the attacker': forged({
      x5c: [attackersPublic.export({ type: 'spki', format: 'der' }).toString('base64')],
    }),
    'x5t of the attacker': forged({ x5t: 'AAAA', 'x5t#S256': 'AAAA' }),
    'crit that nobody knows': typed({ crit: ['exp2'], exp2: 1 }),
    'crit b64 false': typed({ crit: ['b64'], b64: false }),
    'crit empty': typed({ crit: [] }),
    'zip in the header by the attacker': forged({ zip: 'DEF' }),
    // type
    'typ JWT': typed({ typ: 'JWT' }),
    'typ missing': typed({ typ: undefined }),
    'typ of a service token': typed({ typ: 'service+jwt' }),
    'typ of a logout token': typed({ typ: 'logout+jwt' }),
    'typ a number': typed({ typ: 1 }),
    // time
    expired: claim({ exp: seconds() - 60 }),
    'expired long ago': claim({ exp: 1 }),
    'exp missing': without('exp'),
    'exp a text': claim({ exp: '9999999999' }),
    'exp null': claim({ exp: null }),
    'exp negative': claim({ exp: -1 }),
    'not yet valid': claim({ nbf: seconds() + 600 }),
    'nbf a text': claim({ nbf: 'soon' }),
    'iat missing': without('iat'),
    'iat a text': claim({ iat: 'now' }),
    // who and for whom
    'iss of another house': claim({ iss: 'authorworks.example' }),
    'iss missing': without('iss'),
    'iss an array': claim({ iss: [TOKEN_ISSUER] }),
    'aud of another': claim({ aud: 'gateway' }),
    'aud missing': without('aud'),
    'aud empty': claim({ aud: [] }),
    'aud an object': claim({ aud: { [TOKEN_AUDIENCE]: true } }),
    'sub missing': without('sub'),
    'sub not an id': claim({ sub: 'admin' }),
    'sub an object': claim({ sub: { id: mary.id } }),
    'sub an account that there is not': claim({ sub: newId() }),
    'sid missing': without('sid'),
    'sid not an id': claim({ sid: '*' }),
    'name missing': without('name'),
    'roles missing': without('roles'),
    'roles a text': claim({ roles: 'operator' }),
    'roles unknown': claim({ roles: ['root'] }),
    'scopes unknown': claim({ scopes: ['everything'] }),
    // shape
    empty: () => '',
    dots: () => '..',
    'four parts': () => `${mary.accessToken}.${signature}`,
    'five parts, as a JWE': async () => await secretBox(TEST_SERVICE_KEY, 'signing keys').seal(JSON.stringify(claims)),
    'header cut': () => mary.accessToken.slice(5),
    'payload cut': () => `${head}.${body.slice(0, -8)}.${signature}`,
    'payload with one letter changed': () =>
      `${head}.${body.slice(0, 40)}${body[40] === 'A' ? 'B' : 'A'}${body.slice(41)}.${signature}`,
    'header not JSON': () => compact('not json', claims, signature),
    'header null': () => compact('null', claims, signature),
    'header an array': () => compact('[]', claims, signature),
    'payload not JSON': async () => await honest(header, 'not json'),
    'payload an array': async () => await honest(header, '[]'),
    'payload null': async () => await honest(header, 'null'),
    'payload a text': async () => await honest(header, '"token"'),
    'claims twice, the second raised, unsigned': () =>
      `${head}.${encode(`${JSON.stringify(claims).slice(0, -1)},"roles":["operator"]}`)}.${signature}`,
    'header twice, alg none first': () =>
      `${encode(`{"alg":"none","alg":"EdDSA","typ":"${TOKEN_TYPE}","kid":"${kid}"}`)}.${encode(raised)}.${signature}`,
    '__proto__ in the payload, unsigned': () =>
      `${head}.${encode(`{"__proto__":${JSON.stringify(raised)}}`)}.${signature}`,
    'nested a thousand deep': () =>
      compact(`{"alg":"EdDSA","kid":${'['.repeat(1_000)}${']'.repeat(1_000)}}`, claims, signature),
    huge: () => compact(header, { ...claims, name: 'x'.repeat(10_000) }, signature),
    'JWS as JSON': () => encode(JSON.stringify({ protected: head, payload: body, signature })),
    // other tokens of the house
    'a service token': async () => await createIdentity('gateway', TEST_SERVICE_KEY).tokenFor('user'),
    'a service token of user itself': async () => await createIdentity('user', TEST_SERVICE_KEY).tokenFor('user'),
    'the refresh token': () => mary.refreshToken,
    'a personal API token': async () =>
      (await mary.user.createApiToken({ body: { name: 'x', scopes: ['profile:read'] } })).token,
    'the service key itself as a secret': () => hmac(TEST_SERVICE_KEY, { alg: 'HS256', typ: TOKEN_TYPE, kid }, raised),
  };
};

describe('a token that is not what it should be', () => {
  let house: TestUser;
  let arsenal: Arsenal;
  const hits: string[] = [];
  const listener = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end(JSON.stringify({ keys: [] }));
  });

  beforeAll(async () => {
    house = await startUser();
    await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve));
    const mary = await house.signUp();
    const [publicJwk = {}] = house.context.keys.publicKeys().keys;
    const [row] = await house.context.postgres.sql.query<{ private_jwk: string }>(
      'SELECT private_jwk FROM signing_key',
    );
    const opened = await secretBox(TEST_SERVICE_KEY, 'signing keys').open(row?.private_jwk ?? '');
    const privateKey = await importJWK(JSON.parse(opened ?? '{}') as JWK, 'EdDSA');
    const pair = await generateKeyPair('EdDSA', { extractable: true });
    const sign = async (text: string): Promise<string> =>
      Buffer.from(await crypto.subtle.sign('Ed25519', privateKey as CryptoKey, Buffer.from(text))).toString(
        'base64url',
      );
    arsenal = {
      mary,
      kid: publicJwk.kid ?? '',
      publicJwk,
      header: { alg: 'EdDSA', typ: TOKEN_TYPE, kid: publicJwk.kid },
      claims: {
        iss: TOKEN_ISSUER,
        aud: TOKEN_AUDIENCE,
        sub: mary.id,
        sid: mary.sessionId,
        name: 'Mary',
        roles: ['author'],
        iat: seconds(),
        exp: seconds() + 900,
      },
      honest: async (header, payload) => {
        const text = `${encode(header)}.${encode(payload)}`;
        return `${text}.${await sign(text)}`;
      },
      own,
      ownJwk: await exportJWK(pair.publicKey),
      listenerUrl: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    };
  });
  afterAll(async () => {
    await house?.stop();
    await new Promise<void>((resolve) => void listener.close(() => resolve()));
  });

  it('is taken when nothing is wrong with it, so that the refusals below mean something', async () => {
    const token = await arsenal.honest(arsenal.header, arsenal.claims);
    expect(await house.call(`${v1}/me`, { token })).toMatchObject({ status: 200, data: { id: arsenal.mary.id } });
  });

  it('is refused, each of more than a hundred, with the house’s own error', async () => {
    const attacks = Object.entries(corpus(arsenal));
    expect(attacks.length).toBeGreaterThanOrEqual(100);
    const wrong: string[] = [];
    for (const [name, make] of attacks) {
      const token = await make();
      const { status, code } = await house.call(`${v1}/me`, { token });
      const refused = status === 401 && (code === 'AUTH_TOKEN_INVALID' || (token === '' && code === 'AUTH_REQUIRED'));
      if (!refused) wrong.push(`${name}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(hits).toEqual([]);
  });

  it('is refused where a token is optional, and by an operator’s endpoint', async () => {
    const wrong: string[] = [];
    for (const [name, make] of Object.entries(corpus(arsenal)).slice(0, 60)) {
      const token = await make();
      if (token === '') continue;
      for (const path of ['/outbox', '/accounts']) {
        const { status } = await house.call(`${v1}${path}`, { token });
        if (status !== 401) wrong.push(`${path} ${name}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is refused in whatever shape the header has', async () => {
    const { accessToken } = arsenal.mary;
    const headers = [
      'Bearer',
      'Bearer ',
      `Basic ${Buffer.from('mary:secret').toString('base64')}`,
      `Token ${accessToken}`,
      accessToken,
      `Bearer ${accessToken},${accessToken}`,
      `Bearer ${accessToken} ${accessToken}`,
      `Bearer "${accessToken}"`,
      `Bearer\t${accessToken}`,
      'Bearer %00',
      `Bearer ${'a'.repeat(12_000)}`,
    ];
    for (const authorization of headers)
      expect(await house.call(`${v1}/me`, { headers: { authorization } }), authorization.slice(0, 60)).toMatchObject({
        status: 401,
      });
    // nor from any other place
    expect(await house.call(`${v1}/me?access_token=${accessToken}`)).toMatchObject({ status: 401 });
    expect(await house.call(`${v1}/me`, { headers: { cookie: `access_token=${accessToken}` } })).toMatchObject({
      status: 401,
    });
  });

  it('that is a good access token is none for a service', async () => {
    await expect(arsenal.mary.user.exchangeApiToken({ body: { token: 'x' } })).rejects.toMatchObject({ status: 401 });
    const hs = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', typ: 'service+jwt' })
      .setIssuer('gateway')
      .setAudience('user')
      .setExpirationTime('60s')
      .sign(new TextEncoder().encode(TEST_SERVICE_KEY));
    expect(await house.call('/internal/user/v1/accounts/find', { body: {}, token: hs })).toMatchObject({
      status: 401,
      code: 'AUTH_TOKEN_INVALID',
    });
  });
});
