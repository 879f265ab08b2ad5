import { newId, type AccountAuth } from '@authorworks/platform';
import type { Db } from '../context.ts';

export type SessionMethod = 'password' | 'oidc' | 'proxy';

export interface SessionRow {
  readonly id: string;
  readonly accountId: string;
  readonly method: string;
  readonly device: string;
  readonly ipAddress: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly endedReason: string | null;
  readonly secretHash: string;
  readonly previousHash: string | null;
  readonly rotatedAt: Date | null;
  readonly rotationKey: string | null;
  readonly answerLost: boolean;
  readonly sealedSuccessor: string | null;
}

export interface NewSession {
  readonly accountId: string;
  readonly method: SessionMethod;
  readonly device: string;
  readonly ipAddress: string;
  readonly ipPrefix: string;
  readonly familyHash: string;
  readonly secretHash: string;
  readonly expiresAt: Date;
}

export const insertSession = async (db: Db, session: NewSession, now: Date): Promise<SessionRow> =>
  await db.session.create({
    data: { ...session, id: newId<AccountAuth['sessionId']>(), createdAt: now, lastSeenAt: now },
  });

export const findSessionByFamily = async (db: Db, familyHash: string): Promise<SessionRow | null> =>
  await db.session.findUnique({ where: { familyHash } });

/** What changes when a refresh token is traded for the next. */
export interface Rotation {
  readonly id: string;
  readonly fromHash: string;
  readonly toHash: string;
  readonly sealedSuccessor: string;
  readonly rotationKey: string | null;
  readonly expiresAt: Date;
}

/** @returns whether it was this call that traded the token: of many at once, one does. */
export const rotateSession = async (db: Db, rotation: Rotation, now: Date): Promise<boolean> => {
  const { id, fromHash, toHash, ...rest } = rotation;
  const { count } = await db.session.updateMany({
    where: { id, secretHash: fromHash, endedAt: null },
    data: {
      ...rest,
      secretHash: toHash,
      previousHash: fromHash,
      answerLost: false,
      rotatedAt: now,
      lastSeenAt: now,
    },
  });
  return count > 0;
};

export const markAnswerLost = async (db: Db, id: string, secretHash: string): Promise<void> => {
  await db.session.updateMany({ where: { id, secretHash }, data: { answerLost: true } });
};

/** Sessions of one account: one of them, all, or all but one. */
export interface SessionChoice {
  readonly accountId: string;
  readonly only?: readonly string[];
  readonly except?: string;
}

/** @returns the ids of those that had not ended before. */
export const markEnded = async (db: Db, choice: SessionChoice, reason: string, now: Date): Promise<string[]> => {
  const { accountId, only, except } = choice;
  const rows = await db.session.updateManyAndReturn({
    where: {
      accountId,
      endedAt: null,
      expiresAt: { gt: now },
      ...(only === undefined ? {} : { id: { in: [...only] } }),
      ...(except === undefined ? {} : { NOT: { id: except } }),
    },
    data: { endedAt: now, endedReason: reason, sealedSuccessor: null },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
};

/** Newest first. @param page.before Id of the last session of the page before. */
export const listLiveSessions = async (
  db: Db,
  accountId: string,
  page: { readonly before: string | undefined; readonly limit: number; readonly now: Date },
): Promise<SessionRow[]> => {
  const { before, limit, now } = page;
  return await db.session.findMany({
    where: {
      accountId,
      endedAt: null,
      expiresAt: { gt: now },
      ...(before === undefined ? {} : { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    take: limit,
  });
};

/** Sessions beyond the newest `kept`: nobody has so many devices, but a script that signs in for every call does. */
export const listSurplusSessions = async (db: Db, accountId: string, kept: number, now: Date): Promise<string[]> => {
  const rows = await db.session.findMany({
    where: { accountId, endedAt: null, expiresAt: { gt: now } },
    orderBy: { lastSeenAt: 'desc' },
    skip: kept,
    take: 100,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
};
