// Lists that the server gives in parts: the first, and more on demand. What is in none of the parts that were read is not known here.
import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "./client";

interface Part {
  next_cursor?: string | null;
}

export function useParts<P extends Part>(queryKey: readonly string[], path: string, refetchInterval?: number) {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => api.get<P>(path, { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval,
  });
}
