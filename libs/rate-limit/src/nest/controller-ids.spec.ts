import 'reflect-metadata';
import { Controller, type ControllerOptions, Get, type Type } from '@nestjs/common';
import { ControllerIds, isRouteHandler } from './controller-ids';

function users(place: string | ControllerOptions): Type {
  @Controller(typeof place === 'string' ? { path: place } : place)
  class UsersController {
    @Get()
    find(): void {}

    help(): void {}
  }
  return UsersController;
}

@Controller()
class OtherController {}

describe('the id of a controller', () => {
  it('is its name where no other has it', () => {
    const controller = users('users');
    const ids = new ControllerIds([controller, OtherController]);
    expect([controller, OtherController].map((each) => ids.idOf(each))).toEqual(['UsersController', 'OtherController']);
  });

  it('is its name where it is registered in several modules', () => {
    const controller = users('users');
    expect(new ControllerIds([controller, controller]).idOf(controller)).toBe('UsersController');
  });

  it.each([
    ['path', 'a', 'b', 'UsersController(a)'],
    ['paths', { path: ['a', 'b'] }, { path: ['c'] }, 'UsersController(a b)'],
    ['version', { path: 'a', version: '1' }, { path: 'a', version: '2' }, 'UsersController(1 a)'],
    ['versions', { path: 'a', version: ['1', '2'] }, { path: 'a', version: '3' }, 'UsersController(1 2 a)'],
    ['host', { path: 'a', host: 'x.example' }, { path: 'a', host: 'y.example' }, 'UsersController(x.example a)'],
  ])('has the %s too where another has the name', (_title, one, other, id) => {
    const controllers = [users(one), users(other)] as const;
    const ids = new ControllerIds(controllers);
    expect(ids.idOf(controllers[0])).toBe(id);
    expect(ids.idOf(controllers[1])).not.toBe(id);
  });

  it('is different even where everything is the same', () => {
    const controllers = [users('a'), users('a'), users('a')];
    const ids = new ControllerIds(controllers);
    expect(new Set(controllers.map((each) => ids.idOf(each))).size).toBe(3);
  });

  it('is the name of one that came later', () => {
    expect(new ControllerIds([]).idOf(OtherController)).toBe('OtherController');
  });
});

describe('a method', () => {
  it('is a handler where Nest routes requests to it', () => {
    const { prototype } = users('a') as { prototype: Record<'find' | 'help', object> };
    expect(isRouteHandler(prototype.find)).toBe(true);
    expect(isRouteHandler(prototype.help)).toBe(false);
  });
});
