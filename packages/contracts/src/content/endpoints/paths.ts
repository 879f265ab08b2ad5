import { z } from 'zod';
import { BookId, NodeId, SceneId } from '../../ids.ts';
import { Slug } from '../schemas.ts';

export const v1 = '/api/content/v1';
export const internal = '/internal/content/v1';

/** What the paths name. */
export const book = z.strictObject({ bookId: BookId });
export const node = z.strictObject({ nodeId: NodeId });
export const scene = z.strictObject({ sceneId: SceneId });
export const bySlug = z.strictObject({ slug: Slug });
