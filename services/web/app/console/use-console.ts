import type { JobsApi } from '@authorworks/contracts';
import { type Client, createClientFromRoutes } from '@authorworks/contracts/client';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { jobsRoutes } from './routes.generated.ts';

/** How often it is looked again while the page is seen; what is shown stays until the next is there. */
const LOOK_AGAIN_MS = 5_000;
const RUN_AGAIN_MS = 2_000;

export type Jobs = Client<JobsApi>;
export type HouseView = Awaited<ReturnType<Jobs['readHouse']>>;
export type TaskView = Awaited<ReturnType<Jobs['listTasks']>>[number];
export type RunView = Awaited<ReturnType<Jobs['readRun']>>;
export type RunSummaryView = Awaited<ReturnType<Jobs['listRuns']>>['data'][number];
export type GapView = HouseView['gaps'][number];

/** The service jobs, as operators reach it. */
export const useJobs = (): Jobs => {
  const { fetch } = useHouse();
  return useMemo(() => createClientFromRoutes<JobsApi>(jobsRoutes, { baseUrl: '', fetch }), [fetch]);
};

export const useHouseState = () => {
  const jobs = useJobs();
  return useQuery({
    queryKey: ['console', 'house'],
    queryFn: async () => await jobs.readHouse(),
    refetchInterval: LOOK_AGAIN_MS,
  });
};

export const useEvents = () => {
  const jobs = useJobs();
  return useQuery({
    queryKey: ['console', 'events'],
    queryFn: async () => await jobs.listHouseEvents(),
    refetchInterval: LOOK_AGAIN_MS,
  });
};

export const useTasks = () => {
  const jobs = useJobs();
  return useQuery({
    queryKey: ['console', 'tasks'],
    queryFn: async () => await jobs.listTasks(),
    refetchInterval: LOOK_AGAIN_MS,
  });
};

export const useRuns = (status: 'failed' | undefined) => {
  const jobs = useJobs();
  return useInfiniteQuery({
    queryKey: ['console', 'runs', status ?? 'all'],
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) =>
      await jobs.listRuns({
        query: { limit: 25, ...(status ? { status } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
    refetchInterval: LOOK_AGAIN_MS,
    placeholderData: keepPreviousData,
  });
};

export const isOpen = ({ status }: Pick<RunView, 'status'>): boolean => status === 'queued' || status === 'running';

export const useRun = (runId: string) => {
  const jobs = useJobs();
  return useQuery({
    queryKey: ['console', 'run', runId],
    queryFn: async () => await jobs.readRun({ params: { runId } }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? RUN_AGAIN_MS : LOOK_AGAIN_MS),
  });
};

interface Log {
  readonly text: string;
  readonly next: string | undefined;
  readonly truncated: boolean;
  readonly ended: boolean;
}

/** The log of an attempt; only what is new is fetched. */
export const useLog = (runId: string, attempt: number) => {
  const jobs = useJobs();
  const queries = useQueryClient();
  const queryKey = ['console', 'log', runId, attempt];
  return useQuery({
    queryKey,
    queryFn: async (): Promise<Log> => {
      const before = queries.getQueryData<Log>(queryKey);
      const after = before?.next;
      const more = await jobs.readRunLog({ params: { runId }, query: { attempt, ...(after ? { after } : {}) } });
      return {
        ...more,
        text: more.truncated ? more.text : (before?.text ?? '') + more.text,
        truncated: more.truncated || (before?.truncated ?? false),
      };
    },
    refetchInterval: ({ state }) => (state.data?.ended ? false : RUN_AGAIN_MS),
    staleTime: 0,
  });
};

/** Does something, tells of it, and looks again. */
export const useAct = <Input>(act: (jobs: Jobs, input: Input) => Promise<unknown>, told: (input: Input) => string) => {
  const jobs = useJobs();
  const queries = useQueryClient();
  const toast = useToast();
  const ui = useText(uiText);
  return useMutation({
    mutationFn: async (input: Input) => await act(jobs, input),
    onSuccess: (_, input) => toast({ message: told(input) }),
    onError: (error) => toast({ kind: 'danger', message: problemMessage(error, ui) }),
    onSettled: async () => await queries.invalidateQueries({ queryKey: ['console'] }),
  });
};
