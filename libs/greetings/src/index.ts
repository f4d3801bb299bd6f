export { GreetingsModule } from './greetings.module';
