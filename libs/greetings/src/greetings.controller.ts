import { Controller, Get, Param } from '@nestjs/common';
import { RateLimit } from 'nest-floodgate';

@Controller('greetings')
@RateLimit('greetings')
export class GreetingsController {
  @Get()
  greetAll(): { readonly greeting: string } {
    return { greeting: 'Hello, everybody!' };
  }

  @Get(':name')
  greet(@Param('name') name: string): { readonly greeting: string } {
    return { greeting: `Hello, ${name}!` };
  }
}
