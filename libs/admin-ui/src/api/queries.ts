import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import {
  ADMIN_PATHS,
  type AuditPage,
  type AuditQuery,
  type BlockedList,
  type Bootstrap,
  type EntryList,
  type KeyInspection,
  type KeyList,
  type OverrideDetail,
  type OverrideList,
  type OverrideQuery,
  type Overview,
  type PolicyDetail,
  type PolicyList,
  type RecordingStatus,
  type SystemStatus,
  type TrafficQuery,
  type TrafficSeries,
} from '../../../rate-limit/src/admin/api';
import { call } from './client';
import { AdminError, UnreachableError } from './problem';

const SECOND = 1000;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2 * SECOND,
      refetchOnWindowFocus: true,
      // What the server has said no to stays so; the rest may have been a hiccup.
      retry: (count, error) => count < 2 && mayBeHiccup(error),
      retryDelay: (attempt) => SECOND * 2 ** attempt,
    },
    mutations: { retry: false },
  },
});

function mayBeHiccup(error: Error): boolean {
  if (error instanceof UnreachableError) return !error.isLate;
  return !(error instanceof AdminError) || error.problem.status >= 500;
}

function useGet<Answer>(
  name: string,
  path: string,
  options: {
    params?: Record<string, string>;
    query?: Record<string, string | number | undefined>;
    every?: number;
    enabled?: boolean;
  } = {},
): UseQueryResult<Answer> {
  const { params = {}, query = {}, every, enabled = true } = options;
  return useQuery<Answer>({
    queryKey: [name, params, query],
    queryFn: ({ signal }) => call<Answer>(path, { params, query, signal }),
    enabled,
    placeholderData: keepPreviousData,
    ...(every === undefined ? {} : { refetchInterval: every }),
  });
}

export const useBootstrap = () => useGet<Bootstrap>('bootstrap', ADMIN_PATHS.bootstrap, { every: 60 * SECOND });
export const useOverview = () => useGet<Overview>('overview', ADMIN_PATHS.overview, { every: 5 * SECOND });
export const usePolicies = () => useGet<PolicyList>('policies', ADMIN_PATHS.policies, { every: 10 * SECOND });
export const usePolicy = (name: string) =>
  useGet<PolicyDetail>('policy', ADMIN_PATHS.policy, { params: { name }, every: 5 * SECOND });
export const useTraffic = (query: TrafficQuery, every: number) =>
  useGet<TrafficSeries>('traffic', ADMIN_PATHS.traffic, { query: { ...query }, every });
export const useInspection = (key: string) =>
  useGet<KeyInspection>('inspect', ADMIN_PATHS.inspect, { query: { key }, every: 2 * SECOND, enabled: key !== '' });
export const useKeys = (search: string) =>
  useGet<KeyList>('keys', ADMIN_PATHS.keys, { query: { search }, every: 5 * SECOND });
export const useBlocked = () => useGet<BlockedList>('blocked', ADMIN_PATHS.blocked, { every: 2 * SECOND });
export const useEntries = () => useGet<EntryList>('entries', ADMIN_PATHS.entries, { every: 5 * SECOND });
export const useOverrides = (query: OverrideQuery) =>
  useGet<OverrideList>('overrides', ADMIN_PATHS.overrides, { query: { ...query }, every: 5 * SECOND });
export const useOverride = (id: string) =>
  useGet<OverrideDetail>('override', ADMIN_PATHS.override, { params: { id }, every: 5 * SECOND, enabled: id !== '' });
export const useRecording = () => useGet<RecordingStatus>('recording', ADMIN_PATHS.recording, { every: 5 * SECOND });
export const useAudit = (query: AuditQuery) =>
  useGet<AuditPage>('audit', ADMIN_PATHS.audit, { query: { ...query }, every: 10 * SECOND });
export const useSystem = () => useGet<SystemStatus>('system', ADMIN_PATHS.system, { every: 5 * SECOND });

/** Asks again for everything that a change may have touched. */
export const refreshControl = (): void => {
  for (const name of [
    'policies',
    'policy',
    'overrides',
    'override',
    'entries',
    'blocked',
    'inspect',
    'audit',
    'keys',
  ]) {
    void queries.invalidateQueries({ queryKey: [name] });
  }
};
