/** Whether the user agent of a request fits one of the patterns. */
export function userAgentIsIgnored(patterns: readonly RegExp[] | undefined, request: object): boolean {
  if (!Array.isArray(patterns)) return false;
  const { headers } = request as { readonly headers?: Readonly<Record<string, unknown>> };
  return patterns.some((pattern: RegExp) => {
    // With the flag g a pattern goes on where it last found something.
    pattern.lastIndex = 0;
    return pattern.test(String(headers?.['user-agent']));
  });
}
