import { z } from 'zod';
import { SeriesId } from '../../ids.ts';
import { line, PageQuery, prose } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { contentErrors as errors } from '../errors.ts';
import { Series } from '../schemas.ts';
import { v1 } from './paths.ts';

/** Series of books. */
export const seriesEndpoints = defineApi({
  createSeries: {
    method: 'POST',
    path: `${v1}/series`,
    summary: 'Start a series',
    audience: 'account',
    scope: 'books:write',
    access: 'self',
    body: z.strictObject({ title: line(300), description: prose(10_000).default('') }),
    response: Series,
    status: 201,
  },
  listSeries: {
    method: 'GET',
    path: `${v1}/series`,
    summary: 'Your series',
    audience: 'account',
    scope: 'books:read',
    access: 'self',
    query: PageQuery,
    respond: 'page',
    response: Series,
  },
  readSeries: {
    method: 'GET',
    path: `${v1}/series/:seriesId`,
    summary: 'One series',
    audience: 'account',
    scope: 'books:read',
    access: 'self',
    params: z.strictObject({ seriesId: SeriesId }),
    response: Series,
    errors: [errors.seriesNotFound],
  },
  updateSeries: {
    method: 'PATCH',
    path: `${v1}/series/:seriesId`,
    summary: 'Change title or description',
    audience: 'account',
    scope: 'books:write',
    access: 'self',
    params: z.strictObject({ seriesId: SeriesId }),
    body: z.strictObject({ title: line(300).optional(), description: prose(10_000).optional() }),
    response: Series,
    errors: [errors.seriesNotFound],
  },
  deleteSeries: {
    method: 'DELETE',
    path: `${v1}/series/:seriesId`,
    summary: 'Dissolve a series; its books stay',
    audience: 'account',
    scope: 'books:write',
    access: 'self',
    params: z.strictObject({ seriesId: SeriesId }),
    respond: 'empty',
    errors: [errors.seriesNotFound],
  },
});
