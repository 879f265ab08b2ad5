import { ApiToken } from '@authorworks/contracts';
import type { z } from 'zod';
import type { ApiTokenRow } from './api-token-store.ts';

export const apiTokenView = (row: ApiTokenRow): z.input<typeof ApiToken> => ({
  id: row.id,
  name: row.name,
  scopes: ApiToken.shape.scopes.parse(row.scopes),
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
});
