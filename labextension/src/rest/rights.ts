import type { components } from './openapi';

type Schemas = components['schemas'];
type Me = Schemas['Me'];
type Verb = Schemas['Verb'];

/** Whether the user may do something; `project` is an id, or null for the whole platform. */
export function may(
  me: Me | null,
  verb: Verb,
  resource: string,
  project: string | null = null
): boolean {
  // Before the answer has come nothing is refused here: the server decides anyway.
  return (
    me === null ||
    me.places.some(
      place =>
        (place.project === null || place.project === project) &&
        [`${verb} ${resource}`, `${verb} *`].some(right =>
          place.rights.includes(right)
        )
    )
  );
}

/** Whether the user may do it in some place. */
export function mayAnywhere(
  me: Me | null,
  verb: Verb,
  resource: string
): boolean {
  return (
    me === null ||
    [null, ...me.places.map(({ project }) => project)].some(project =>
      may(me, verb, resource, project)
    )
  );
}

/** Whether the user may grant anything anywhere. */
export function mayGrant(me: Me | null): boolean {
  return (
    me === null ||
    me.places.some(({ rights }) =>
      rights.some(right => right.startsWith('grant '))
    )
  );
}
