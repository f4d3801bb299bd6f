// Requests that cost more than one unit: a report takes one for every month, and 24 are there each minute.
// Two whole years fill the minute, and a third report is refused:
//
//   for i in 1 2 3; do curl -i "localhost:3000/api/reports?months=12"; done
import { Controller, Get, Query } from '@nestjs/common';
import { RateLimit, type RateLimitContext } from 'nest-floodgate';
import { z } from 'zod';

const Months = z
  .string()
  .regex(/^([1-9]|1[0-2])$/, 'Write a whole number from 1 to 12.')
  .transform(Number)
  .default(1);

@Controller('api/reports')
export class ReportsController {
  @Get()
  @RateLimit('reports')
  report(@Query('months', { schema: Months }) months: number): { readonly months: number; readonly total: number } {
    return { months, total: months * 1000 };
  }
}

/** Guards run before the query is validated; a request that will be turned down for it costs one unit. */
export function costOfReport({ request }: RateLimitContext): number {
  const months = Months.safeParse((request.query as { readonly months?: unknown }).months);
  return months.success ? months.data : 1;
}
