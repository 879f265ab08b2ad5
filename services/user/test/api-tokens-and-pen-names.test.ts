import { verifyAccessToken } from '@authorworks/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE, movableClock, startUser, type TestUser, v1 } from './kit.ts';

const clock = movableClock();
let house: TestUser;
beforeAll(async () => {
  house = await startUser({ clock });
});
afterAll(async () => await house?.stop());

describe('a personal API token', () => {
  it('is shown once, and only its fingerprint is kept', async () => {
    const mary = await house.signUp();
    const made = await mary.user.createApiToken({
      body: { name: 'backup', scopes: ['books:read', 'books:read', 'files:read'] },
    });
    expect(made.token).toMatch(/^aw_[\w-]{43}$/);
    expect(made).toMatchObject({ name: 'backup', scopes: ['books:read', 'files:read'], lastUsedAt: null });
    const { data } = await mary.user.listApiTokens({});
    expect(data).toHaveLength(1);
    expect(JSON.stringify(data)).not.toContain(made.token);
    const rows = await house.context.postgres.sql.query('SELECT * FROM api_token WHERE id = $1::uuid', [made.id]);
    expect(JSON.stringify(rows)).not.toContain(made.token);
    expect(JSON.stringify(house.service.logged)).not.toContain(made.token);
  });

  it('is exchanged by the gateway for a short access token that may do only so much', async () => {
    const mary = await house.signUp();
    const { id, token } = await mary.user.createApiToken({ body: { name: 'reader', scopes: ['profile:read'] } });
    const { accessToken, expiresInSeconds } = await house.asService().exchangeApiToken({ body: { token } });
    expect(expiresInSeconds).toBe(900);
    expect(await verifyAccessToken(accessToken, house.context.keys.verify, clock.now())).toMatchObject({
      accountId: mary.id,
      sessionId: id,
      scopes: ['profile:read'],
    });
    const robot = house.as(accessToken);
    expect(await robot.readAccount()).toMatchObject({ id: mary.id });
    const denials = [
      robot.updateAccount({ body: { name: 'Robot' } }),
      robot.listSessions({}),
      robot.createApiToken({ body: { name: 'more', scopes: ['books:write'] } }),
      robot.changePassword({ body: { newPassword: 'the robot’s own password' } }),
      robot.endOtherSessions(),
    ];
    await Promise.all(
      denials.map(
        async (denied) => await expect(denied).rejects.toMatchObject({ status: 403, code: 'AUTH_SCOPE_MISSING' }),
      ),
    );
    expect((await mary.user.listApiTokens({})).data[0]?.lastUsedAt).toEqual(expect.any(String));
  });

  it('notes its use, but not every use', async () => {
    const mary = await house.signUp();
    const { token } = await mary.user.createApiToken({ body: { name: 'busy', scopes: ['books:read'] } });
    const used = async () => {
      await house.asService().exchangeApiToken({ body: { token } });
      return (await mary.user.listApiTokens({})).data[0]?.lastUsedAt;
    };
    const first = await used();
    expect(await used()).toBe(first);
    clock.move(6 * MINUTE);
    expect(await used()).not.toBe(first);
  });

  it('is worth nothing once it was deleted, and its access tokens neither', async () => {
    const mary = await house.signUp();
    const { id, token } = await mary.user.createApiToken({ body: { name: 'gone', scopes: ['profile:read'] } });
    const { accessToken } = await house.asService().exchangeApiToken({ body: { token } });
    await mary.user.deleteApiToken({ params: { apiTokenId: id } });
    expect(await house.call(`${v1}/me`, { token: accessToken })).toMatchObject({ status: 401 });
    expect(await house.context.redis.commands.exists(`user:revoked:${id}`)).toBe(1);
    await expect(house.asService().exchangeApiToken({ body: { token } })).rejects.toMatchObject({
      status: 401,
      code: 'USER_API_TOKEN_INVALID',
    });
    await expect(mary.user.deleteApiToken({ params: { apiTokenId: id } })).rejects.toMatchObject({
      status: 404,
      code: 'USER_API_TOKEN_NOT_FOUND',
    });
    const revoked = (await house.events('user.session.revoked')).filter(({ data }) => data['sessionId'] === id);
    expect(revoked).toMatchObject([{ data: { reason: 'token-deleted' } }]);
  });

  it('ends on its day, and its last access token with it', async () => {
    const mary = await house.signUp();
    const { token, expiresAt } = await mary.user.createApiToken({
      body: { name: 'a day', scopes: ['books:read'], expiresInDays: 1 },
    });
    expect(expiresAt).toEqual(expect.any(String));
    const forever = await mary.user.createApiToken({
      body: { name: 'for ever', scopes: ['books:read'], expiresInDays: null },
    });
    expect(forever.expiresAt).toBeNull();
    clock.move(DAY - 5 * MINUTE);
    const { expiresInSeconds } = await house.asService().exchangeApiToken({ body: { token } });
    expect(expiresInSeconds).toBeLessThanOrEqual(300);
    clock.move(5 * MINUTE);
    await expect(house.asService().exchangeApiToken({ body: { token } })).rejects.toMatchObject({ status: 401 });
    await house.asService().exchangeApiToken({ body: { token: forever.token } });
  });

  it('of somebody else is not there', async () => {
    const mary = await house.signUp();
    const percy = await house.signUp('Percy');
    const { id } = await mary.user.createApiToken({ body: { name: 'mine', scopes: ['books:read'] } });
    await expect(percy.user.deleteApiToken({ params: { apiTokenId: id } })).rejects.toMatchObject({ status: 404 });
    expect((await percy.user.listApiTokens({})).data).toEqual([]);
    expect((await mary.user.listApiTokens({})).data).toHaveLength(1);
  });

  it('cannot be exchanged by a person, nor be made up', async () => {
    const mary = await house.signUp();
    const { token } = await mary.user.createApiToken({ body: { name: 'mine', scopes: ['books:read'] } });
    await expect(mary.user.exchangeApiToken({ body: { token } })).rejects.toMatchObject({ status: 401 });
    for (const wrong of ['', 'aw_', `aw_${'x'.repeat(43)}`, token.slice(0, -1), token.toLowerCase(), "' OR '1'='1"])
      await expect(house.asService().exchangeApiToken({ body: { token: wrong } })).rejects.toMatchObject({
        status: 401,
      });
  });

  it('is refused without a name or scopes, or with scopes that there are not', async () => {
    const mary = await house.signUp();
    for (const body of [
      { name: '', scopes: ['books:read'] },
      { name: 'x', scopes: [] },
      { name: 'x', scopes: ['operator'] },
      { name: 'x', scopes: ['books:read'], expiresInDays: 0 },
    ])
      expect(await house.call(`${v1}/api-tokens`, { body, token: mary.accessToken })).toMatchObject({
        status: 400,
        code: 'REQUEST_INVALID',
      });
  });
});

describe('a pen name', () => {
  it('is added, changed and removed', async () => {
    const mary = await house.signUp('Charlotte');
    const currer = await mary.user.createPenName({ body: { name: 'Currer Bell' } });
    expect(currer).toMatchObject({ name: 'Currer Bell', bio: '' });
    const params = { penNameId: currer.id };
    expect(await mary.user.updatePenName({ params, body: { bio: 'Of Haworth.' } })).toMatchObject({
      name: 'Currer Bell',
      bio: 'Of Haworth.',
    });
    expect(await mary.user.updatePenName({ params, body: {} })).toMatchObject({ bio: 'Of Haworth.' });
    expect(await mary.user.updatePenName({ params, body: { name: 'currer bell' } })).toMatchObject({
      name: 'currer bell',
    });
    await mary.user.deletePenName({ params });
    await expect(mary.user.deletePenName({ params })).rejects.toMatchObject({
      status: 404,
      code: 'USER_PEN_NAME_NOT_FOUND',
    });
    expect((await mary.user.listPenNames({})).data).toEqual([]);
  });

  it('is the author’s once, however it is written, and may be another author’s as well', async () => {
    const mary = await house.signUp();
    const percy = await house.signUp('Percy');
    await mary.user.createPenName({ body: { name: 'Ellis Bell' } });
    const acton = await mary.user.createPenName({ body: { name: 'Acton Bell' } });
    await expect(mary.user.createPenName({ body: { name: 'ELLIS  BELL' } })).rejects.toMatchObject({
      status: 409,
      code: 'USER_PEN_NAME_TAKEN',
    });
    await expect(
      mary.user.updatePenName({ params: { penNameId: acton.id }, body: { name: 'ellis bell' } }),
    ).rejects.toMatchObject({ status: 409, code: 'USER_PEN_NAME_TAKEN' });
    await percy.user.createPenName({ body: { name: 'Ellis Bell' } });
    const answers = await Promise.all(
      Array.from(
        { length: 5 },
        async () => await house.call(`${v1}/pen-names`, { body: { name: 'Five' }, token: mary.accessToken }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
  });

  it('of somebody else is not there', async () => {
    const mary = await house.signUp();
    const percy = await house.signUp('Percy');
    const { id: penNameId } = await mary.user.createPenName({ body: { name: 'Mine' } });
    const denials = [
      percy.user.updatePenName({ params: { penNameId }, body: { name: 'Stolen' } }),
      percy.user.updatePenName({ params: { penNameId }, body: {} }),
      percy.user.deletePenName({ params: { penNameId } }),
    ];
    await Promise.all(
      denials.map(
        async (denied) => await expect(denied).rejects.toMatchObject({ status: 404, code: 'USER_PEN_NAME_NOT_FOUND' }),
      ),
    );
    expect((await mary.user.listPenNames({})).data).toMatchObject([{ name: 'Mine' }]);
  });

  it('is listed page by page', async () => {
    const mary = await house.signUp();
    for (const name of ['One', 'Two', 'Three']) await mary.user.createPenName({ body: { name } });
    const first = await mary.user.listPenNames({ query: { limit: 2 } });
    const second = await mary.user.listPenNames({ query: { limit: 2, cursor: first.pagination.nextCursor ?? '' } });
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(['One', 'Two', 'Three']);
  });
});
