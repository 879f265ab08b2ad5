import { Session, type SessionId } from '@authorworks/contracts';
import type { z } from 'zod';
import type { SessionRow } from './session-store.ts';

const Method = Session.shape.method;

export const sessionView = (row: SessionRow, current: SessionId): z.input<typeof Session> => ({
  id: row.id,
  current: row.id === current,
  device: row.device,
  ipAddress: row.ipAddress,
  method: Method.parse(row.method),
  createdAt: row.createdAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
});
