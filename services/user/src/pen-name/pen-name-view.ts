import type { PenName } from '@authorworks/contracts';
import type { z } from 'zod';
import type { PenNameRow } from './pen-name-store.ts';

export const penNameView = ({ id, name, bio, createdAt }: PenNameRow): z.input<typeof PenName> => ({
  id,
  name,
  bio,
  createdAt: createdAt.toISOString(),
});
