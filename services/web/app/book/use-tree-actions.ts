import type { ManuscriptNode, NodeKind, TreeNode } from '@authorworks/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { bookKeys, refreshBook } from './book-queries.ts';
import { treeText } from './tree-text.ts';
import { changeInTree, moveInTree, type Place } from './tree.ts';

export type NodeChange = Partial<Pick<ManuscriptNode, 'title' | 'synopsis' | 'status' | 'matter'>>;

/** Shows a change of the tree at once and takes it back when the server refuses it. */
const useOptimisticTree = (bookId: string) => {
  const queries = useQueryClient();
  const toast = useToast();
  const ui = useText(uiText);
  const key = bookKeys.tree(bookId);
  return {
    begin: async (change: (root: TreeNode) => TreeNode) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<TreeNode>(key);
      if (before) queries.setQueryData(key, change(before));
      return { before };
    },
    fail: (error: unknown, begun: { before: TreeNode | undefined } | undefined) => {
      if (begun?.before) queries.setQueryData(key, begun.before);
      toast({ kind: 'danger', message: problemMessage(error, ui) });
    },
    settle: async () => {
      // the key of the book begins those of its tree and its bin
      await refreshBook(queries, bookId);
    },
  };
};

/** What can be done to parts, chapters and scenes. Each change is seen at once. */
export const useTreeActions = (bookId: string) => {
  const { content } = useHouse();
  const optimistic = useOptimisticTree(bookId);
  const toast = useToast();
  const t = useText(treeText);
  const onError = (error: unknown, _input: unknown, begun: { before: TreeNode | undefined } | undefined): void =>
    optimistic.fail(error, begun);
  const onSettled = optimistic.settle;

  const change = useMutation({
    mutationFn: async ({ id, ...body }: { id: string } & NodeChange) =>
      await content.updateNode({ params: { nodeId: id }, body }),
    onMutate: async ({ id, ...body }) =>
      await optimistic.begin((root) => changeInTree(root, id, (node) => ({ ...node, ...body }))),
    onError,
    onSettled,
  });
  const move = useMutation({
    mutationFn: async ({ id, place }: { id: string; place: Place }) =>
      await content.moveNode({ params: { nodeId: id }, body: place }),
    onMutate: async ({ id, place }) => await optimistic.begin((root) => moveInTree(root, id, place)),
    onError,
    onSettled,
  });
  const add = useMutation({
    mutationFn: async ({ kind, place }: { kind: NodeKind; place: { parentId: string; afterId?: string | null } }) =>
      await content.createNode(
        { params: { bookId: bookId }, body: { kind, ...place } },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onError: (error) => optimistic.fail(error, undefined),
    onSettled,
  });
  const restore = useMutation({
    mutationFn: async ({ id }: { id: string; name: string }) => await content.restoreNode({ params: { nodeId: id } }),
    onSuccess: (_node, { name }) => toast({ message: t.restored(name) }),
    onError: (error) => optimistic.fail(error, undefined),
    onSettled,
  });
  const bin = useMutation({
    mutationFn: async ({ id }: { id: string; name: string }) => await content.deleteNode({ params: { nodeId: id } }),
    onMutate: async ({ id }) => await optimistic.begin((root) => changeInTree(root, id, () => null)),
    onSuccess: (_nothing, node) => toast({ message: t.binned(node.name), undo: () => restore.mutate(node) }),
    onError,
    onSettled,
  });
  const merge = useMutation({
    mutationFn: async ({ first, second }: { first: string; second: string; name: string }) =>
      await content.mergeScenes(
        { params: { sceneId: first }, body: { otherSceneId: second } },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: (_node, { name }) => toast({ message: t.merged(name) }),
    onError: (error) => optimistic.fail(error, undefined),
    onSettled,
  });
  return {
    change: change.mutate,
    move: move.mutate,
    add: add.mutateAsync,
    bin: bin.mutate,
    restore: restore.mutate,
    merge: merge.mutate,
    isAdding: add.isPending,
  };
};

export type TreeActions = ReturnType<typeof useTreeActions>;
