import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(process.env.PORT ?? 3000);
  console.log(`The greeter runs at ${await app.getUrl()}. Try: curl -i ${await app.getUrl()}/greetings/ada`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
