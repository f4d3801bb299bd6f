// Reads and writes, limited apart. 105 reads, of which 100 pass, and then a write, which passes too:
//
//   for i in $(seq 105); do curl -s -o /dev/null -w '%{http_code}\n' localhost:3000/api/v1/items; done | sort | uniq -c
//   curl -i localhost:3000/api/v1/items -H 'content-type: application/json' -d '{"name":"kettle"}'
import { Body, Controller, Get, Post } from '@nestjs/common';
import { RateLimit } from 'nest-floodgate';
import { z } from 'zod';
import { type Item, Items } from './items';

const NewItem = z.object({ name: z.string().trim().min(1).max(100) });

@Controller('api/v1/items')
export class ItemsController {
  constructor(private readonly items: Items) {}

  @Get()
  @RateLimit('read')
  list(): { readonly items: readonly Item[] } {
    return { items: this.items.all() };
  }

  @Post()
  @RateLimit('write')
  create(@Body({ schema: NewItem }) { name }: z.infer<typeof NewItem>): Item {
    return this.items.add(name);
  }
}
