import { defineApi } from '../kit/endpoint.ts';
import { booksEndpoints } from './endpoints/books.ts';
import { collaboratorsEndpoints } from './endpoints/collaborators.ts';
import { compilationsEndpoints } from './endpoints/compilations.ts';
import { editionsEndpoints } from './endpoints/editions.ts';
import { importsEndpoints } from './endpoints/imports.ts';
import { neighboursEndpoints } from './endpoints/neighbours.ts';
import { readersEndpoints } from './endpoints/readers.ts';
import { seriesEndpoints } from './endpoints/series.ts';
import { textsEndpoints } from './endpoints/texts.ts';
import { treeEndpoints } from './endpoints/tree.ts';

export const contentApi = defineApi({
  ...seriesEndpoints,
  ...booksEndpoints,
  ...treeEndpoints,
  ...textsEndpoints,
  ...collaboratorsEndpoints,
  ...importsEndpoints,
  ...compilationsEndpoints,
  ...editionsEndpoints,
  ...readersEndpoints,
  ...neighboursEndpoints,
});

export type ContentApi = typeof contentApi;
