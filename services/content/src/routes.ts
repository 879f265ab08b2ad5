import { contentApi } from '@authorworks/contracts';
import { defineRoutes } from '@authorworks/platform';
import { readAccess } from './access/read-access.ts';
import { createBook } from './book/create-book.ts';
import { deleteBook } from './book/delete-book.ts';
import { listBooks } from './book/list-books.ts';
import { readBook } from './book/read-book.ts';
import { restoreBook } from './book/restore-book.ts';
import { updateBook } from './book/update-book.ts';
import { addCollaborator } from './collaborator/add-collaborator.ts';
import { listCollaborators } from './collaborator/list-collaborators.ts';
import { removeCollaborator } from './collaborator/remove-collaborator.ts';
import { updateCollaborator } from './collaborator/update-collaborator.ts';
import { cancelCompilation } from './compilation/cancel-compilation.ts';
import { createCompilation } from './compilation/create-compilation.ts';
import { listCompilations } from './compilation/list-compilations.ts';
import { readCompilation } from './compilation/read-compilation.ts';
import type { ContentContext } from './context.ts';
import { createEdition } from './edition/create-edition.ts';
import { listEditions } from './edition/list-editions.ts';
import { readEdition } from './edition/read-edition.ts';
import { withdrawBook } from './edition/withdraw-book.ts';
import { cancelImport } from './import/cancel-import.ts';
import { createImport } from './import/create-import.ts';
import { listImports } from './import/list-imports.ts';
import { readImport } from './import/read-import.ts';
import { createNode } from './node/create-node.ts';
import { deleteNode } from './node/delete-node.ts';
import { listBinnedNodes } from './node/list-binned-nodes.ts';
import { moveNode } from './node/move-node.ts';
import { readNode } from './node/read-node.ts';
import { readTree } from './node/read-tree.ts';
import { restoreNode } from './node/restore-node.ts';
import { updateNode } from './node/update-node.ts';
import { downloadPublicEpub } from './public/download-public-epub.ts';
import { listPublicBooks } from './public/list-public-books.ts';
import { readPublicBook } from './public/read-public-book.ts';
import { readPublicChapter } from './public/read-public-chapter.ts';
import { listReadingPlaces } from './reading/list-reading-places.ts';
import { readReadingPlace } from './reading/read-reading-place.ts';
import { writeReadingPlace } from './reading/write-reading-place.ts';
import { createRevision } from './revision/create-revision.ts';
import { listRevisions } from './revision/list-revisions.ts';
import { readRevision } from './revision/read-revision.ts';
import { restoreRevision } from './revision/restore-revision.ts';
import { mergeScenes } from './scene/merge-scenes.ts';
import { readSceneSeed } from './scene/read-scene-seed.ts';
import { readSceneText } from './scene/read-scene-text.ts';
import { splitScene } from './scene/split-scene.ts';
import { writeSceneText } from './scene/write-scene-text.ts';
import { createSeries } from './series/create-series.ts';
import { deleteSeries } from './series/delete-series.ts';
import { listSeries } from './series/list-series.ts';
import { readSeries } from './series/read-series.ts';
import { updateSeries } from './series/update-series.ts';

/** Endpoint → operation: the table of contents of this service. */
export const routes = [
  defineRoutes<ContentContext>()(contentApi, {
    createSeries,
    listSeries,
    readSeries,
    updateSeries,
    deleteSeries,
    createBook,
    listBooks,
    readBook,
    updateBook,
    deleteBook,
    restoreBook,
    readTree,
    createNode,
    listBinnedNodes,
    readNode,
    updateNode,
    moveNode,
    deleteNode,
    restoreNode,
    splitScene,
    mergeScenes,
    readSceneText,
    writeSceneText,
    createRevision,
    listRevisions,
    readRevision,
    restoreRevision,
    listCollaborators,
    addCollaborator,
    updateCollaborator,
    removeCollaborator,
    createImport,
    listImports,
    readImport,
    cancelImport,
    createCompilation,
    listCompilations,
    readCompilation,
    cancelCompilation,
    createEdition,
    listEditions,
    readEdition,
    withdrawBook,
    listPublicBooks,
    readPublicBook,
    readPublicChapter,
    downloadPublicEpub,
    listReadingPlaces,
    readReadingPlace,
    writeReadingPlace,
    readAccess,
    readSceneSeed,
  }),
];
