import { GreetingsModule } from '@floodgate-demo/greetings';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RateLimitGuard, RateLimitModule } from 'nest-floodgate';

@Module({
  imports: [
    RateLimitModule.forRoot({ policies: { requests: { limit: 100, per: '1m' } }, everyRoute: ['requests'] }),
    GreetingsModule,
  ],
  providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
})
export class AppModule {}
