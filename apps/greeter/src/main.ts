import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function main(): Promise<void> {
  const port = process.env.PORT ?? '3000';
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(port, '0.0.0.0');
  console.log(`The greeter limits its library's routes. Try: curl -i http://localhost:${port}/greetings/ada`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
