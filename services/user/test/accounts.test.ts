import { startTestHouse, type TestHouse } from '@authorworks/local/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('an account', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await startTestHouse({ services: ['user'] });
  });
  afterAll(async () => await house?.stop());

  it('is made, signs in, and reads itself', async () => {
    const mary = await house.signUp('Mary Shelley');
    expect(await mary.user.readAccount()).toMatchObject({ id: mary.accountId, email: mary.email, roles: ['author'] });
  });
});
