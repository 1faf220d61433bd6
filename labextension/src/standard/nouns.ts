import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSONObject, ReadonlyJSONObject } from '@lumino/coreutils';
import type { RJSFSchema, UiSchema } from '@rjsf/utils';

import type { components } from '../rest/openapi';

type Schemas = components['schemas'];

/** The records of the standard that the panel keeps, by the noun that their path has. */
export interface IRecords {
  elements: Schemas['DataElement'];
  sets: Schemas['ReferenceSet'];
  systems: Schemas['BusinessSystem'];
  values: Schemas['ReferenceValue'];
}

export type Noun = keyof IRecords;
export type StandardRecord = IRecords[Noun];
/** A value of an enumeration, and what it is called. */
export type Choice = Schemas['Dictionary']['items'][number];

/** What a form offers to choose from. */
export interface IChoices {
  readonly types: readonly Choice[];
  readonly sets: readonly string[];
  readonly systems: readonly string[];
}

const WITH_LENGTH = ['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY'];
const WITH_PRECISION = ['DECIMAL', 'TIME', 'TIMESTAMP', 'TIMESTAMP_LTZ'];
const WITH_RANGE = [
  ...['DECIMAL', 'TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE'],
  ...['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_LTZ']
];
const WITH_SET = [
  ...['CHAR', 'VARCHAR', 'STRING'],
  ...['TINYINT', 'SMALLINT', 'INT', 'BIGINT']
];

/** The fields of a noun's form, as the renderer of JupyterLab wants them, for what is filled in so far. */
export function schemaOf(
  noun: Noun,
  data: ReadonlyJSONObject,
  choices: IChoices,
  isNew: boolean,
  trans: TranslationBundle
): RJSFSchema {
  const text = (title: string, maxLength: number): RJSFSchema => ({
    type: 'string',
    title,
    maxLength
  });
  const code = {
    ...text(trans.__('Code'), noun === 'values' ? 120 : 60),
    minLength: 1
  };
  const name = { ...text(trans.__('Name'), 120), minLength: 1 };
  const remark = text(trans.__('Remark'), 500);
  if (noun === 'elements') {
    const fields = elementFields(data['type'], choices, trans);
    return object({ code, name, ...fields, remark }, ['code', 'name', 'type']);
  }
  if (noun === 'systems') {
    const contact = text(trans.__('Contact'), 200);
    return object({ code, name, contact, remark }, ['code', 'name']);
  }
  if (noun === 'sets') {
    return object({ code, name, remark }, ['code', 'name']);
  }
  const value = { ...text(trans.__('Meaning'), 500), minLength: 1 };
  const order = { type: 'integer' as const, title: trans.__('Order') };
  const system: Record<string, RJSFSchema> = isNew
    ? { system: choice(trans.__('System'), choices.systems) }
    : {};
  return object({ ...system, code, value, order, remark }, ['code', 'value']);
}

/** How the fields are shown, in their order. */
export function uiOf(schema: RJSFSchema): UiSchema<ReadonlyJSONObject> {
  return { 'ui:order': Object.keys(schema.properties ?? {}) };
}

/** What a person calls a record. */
export function titleOf(record: StandardRecord): string {
  return 'system' in record && record.system
    ? `${record.system}: ${record.code}`
    : record.code;
}

/** What a list says behind the title. */
export function noteOf(record: StandardRecord): string {
  if ('sql' in record) {
    return record.sql;
  }
  return 'value' in record ? record.value : record.name;
}

/** The facts of a record, those that are filled in. */
export function factsOf(
  record: StandardRecord,
  trans: TranslationBundle
): [string, string][] {
  const facts: [string, unknown][] = [];
  if ('name' in record) {
    facts.push([trans.__('Name'), record.name]);
  }
  if ('sql' in record) {
    facts.push(
      [trans.__('Type'), record.sql],
      [trans.__('Default'), record.default],
      [trans.__('Least value'), record.low],
      [trans.__('Greatest value'), record.high],
      [trans.__('Reference data'), record.set]
    );
  }
  if ('contact' in record) {
    facts.push([trans.__('Contact'), record.contact]);
  }
  facts.push([trans.__('Remark'), record.remark]);
  return facts
    .filter(([, value]) => value !== null && value !== '')
    .map(([title, value]) => [title, String(value)]);
}

/** The fields of a record that its form has. */
export function draftOf(noun: Noun, record: StandardRecord): JSONObject {
  const fields: Record<Noun, string[]> = {
    elements: [
      ...['code', 'name', 'type', 'length', 'precision', 'scale', 'nullable'],
      ...['default', 'low', 'high', 'set', 'remark']
    ],
    sets: ['code', 'name', 'remark'],
    systems: ['code', 'name', 'contact', 'remark'],
    values: ['code', 'value', 'order', 'remark']
  };
  const all = record as unknown as JSONObject;
  const filled = fields[noun].filter(field => all[field] !== null);
  return Object.fromEntries(filled.map(field => [field, all[field]]));
}

function elementFields(
  chosen: unknown,
  choices: IChoices,
  trans: TranslationBundle
): Record<string, RJSFSchema> {
  const type = typeof chosen === 'string' ? chosen : '';
  const integer = (title: string, minimum: number): RJSFSchema => ({
    type: 'integer',
    title,
    minimum
  });
  const text = (title: string): RJSFSchema => ({ type: 'string', title });
  return {
    type: {
      type: 'string',
      title: trans.__('Type'),
      oneOf: choices.types.map(({ value, label }) => ({
        const: value,
        title: `${value} – ${label}`
      }))
    },
    ...(WITH_LENGTH.includes(type) && {
      length: integer(trans.__('Length'), 1)
    }),
    ...(WITH_PRECISION.includes(type) && {
      precision: integer(trans.__('Precision'), 0)
    }),
    ...(type === 'DECIMAL' && { scale: integer(trans.__('Scale'), 0) }),
    nullable: {
      type: 'boolean',
      title: trans.__('May be NULL'),
      default: true
    },
    default: text(trans.__('Default')),
    ...(WITH_RANGE.includes(type) && {
      low: text(trans.__('Least value')),
      high: text(trans.__('Greatest value'))
    }),
    ...(WITH_SET.includes(type) && {
      set: choice(trans.__('Reference data'), choices.sets)
    })
  };
}

function choice(title: string, values: readonly string[]): RJSFSchema {
  return {
    type: 'string',
    title,
    ...(values.length > 0 && { enum: [...values] })
  };
}

function object(
  properties: Record<string, RJSFSchema>,
  required: string[]
): RJSFSchema {
  return { type: 'object', properties, required };
}
