import { Module } from '@nestjs/common';
import { RateLimitModule } from 'nest-floodgate';
import { GreetingsController } from './greetings.controller';

/** Brings its routes and the policy they need; an app only imports it. */
@Module({
  imports: [RateLimitModule.forFeature({ policies: { greetings: { limit: 3, per: '10s' } } })],
  controllers: [GreetingsController],
})
export class GreetingsModule {}
